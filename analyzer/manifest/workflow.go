package manifest

import (
	"maps"
	"slices"

	"gopkg.in/yaml.v3"
)

// workflowParameters says, for each template of an Argo Workflow, what its
// parameters are: the workflow's own arguments; an input's value; what all
// steps and tasks that run the template give it, if they agree; else the
// input's default.
func workflowParameters(spec *yaml.Node) map[string]map[string]string {
	global := map[string]string{}
	for _, p := range items(field(spec, "arguments", "parameters")) {
		if v := field(p, "value"); v != nil && v.Kind == yaml.ScalarNode {
			global["workflow.parameters."+text(p, "name")] = v.Value
		}
	}
	given := map[string]map[string][]string{} // by template and parameter
	note := func(step *yaml.Node) {
		for _, p := range items(field(step, "arguments", "parameters")) {
			name := text(step, "template")
			if given[name] == nil {
				given[name] = map[string][]string{}
			}
			v := "{{}}" // taken from a result
			if n := filledIn(field(p, "value"), global); n != nil && n.Kind == yaml.ScalarNode {
				v = n.Value
			}
			if at := text(p, "name"); !slices.Contains(given[name][at], v) {
				given[name][at] = append(given[name][at], v)
			}
		}
	}
	for _, t := range items(field(spec, "templates")) {
		for _, task := range items(field(t, "dag", "tasks")) {
			note(task)
		}
		for _, group := range items(field(t, "steps")) {
			for _, step := range items(group) {
				note(step)
			}
		}
	}
	out := map[string]map[string]string{}
	for _, t := range items(field(spec, "templates")) {
		name := text(t, "name")
		out[name] = maps.Clone(global)
		for _, p := range items(field(t, "inputs", "parameters")) {
			key := "inputs.parameters." + text(p, "name")
			values := given[name][text(p, "name")]
			switch own, preset := field(p, "value"), field(p, "default"); {
			case own != nil && own.Kind == yaml.ScalarNode:
				out[name][key] = filledIn(own, global).Value
			case len(values) == 1 && !parameter.MatchString(values[0]) && values[0] != "{{}}":
				out[name][key] = values[0]
			case len(values) == 0 && preset != nil && preset.Kind == yaml.ScalarNode:
				out[name][key] = filledIn(preset, global).Value
			}
		}
	}
	return out
}
