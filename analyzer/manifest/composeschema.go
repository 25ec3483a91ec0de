package manifest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/schema"
)

var (
	validating = regexp.MustCompile(`^validating [^:]+: `)
	additional = regexp.MustCompile(`additional properties ('[^']*'(?:, '[^']*')*) not allowed`)
)

// settled returns an error of the library that is the same in each run. Its
// validation goes over maps: of several errors it reports any one, and lists
// properties in any order. The sections are validated again one entry at a time
// and the first error in order is the one. model is the project before
// validation; where it cannot be made, the files themselves are asked, but for
// what has variables.
func (c *composer) settled(err error, model func() (map[string]any, error)) error {
	prefix := validating.FindString(err.Error())
	if prefix == "" {
		return err
	}
	var projects []map[string]any
	if dict, failed := modelled(model); failed == nil {
		projects = append(projects, dict)
	}
	for _, f := range c.nodes {
		var dict map[string]any
		if f.node.Decode(&dict) == nil {
			projects = append(projects, dict)
		}
	}
	for _, dict := range projects {
		if first := firstInvalid(dict); first != nil {
			return fmt.Errorf("%s%s", prefix, sortProperties(first.Error()))
		}
	}
	return fmt.Errorf("%s", sortProperties(err.Error()))
}

// modelled calls model; the library may panic on what is not valid.
func modelled(model func() (map[string]any, error)) (dict map[string]any, err error) {
	defer func() {
		if e := recover(); e != nil {
			dict, err = nil, fmt.Errorf("cannot be read: %v", e)
		}
	}()
	return model()
}

// firstInvalid returns the error of the first property, by section, entry and
// name, that is not valid by itself; nil if all are.
func firstInvalid(dict map[string]any) error {
	for _, section := range slices.Sorted(maps.Keys(dict)) {
		entries, ok := dict[section].(map[string]any)
		if !ok {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(entries)) {
			properties, ok := entries[name].(map[string]any)
			if !ok {
				continue
			}
			for _, p := range slices.Sorted(maps.Keys(properties)) {
				one := map[string]any{section: map[string]any{name: map[string]any{p: properties[p]}}}
				if strings.Contains(fmt.Sprint(properties[p]), "$") {
					continue
				}
				err := schema.Validate(one)
				if err == nil || !strings.HasPrefix(err.Error(), section+"."+name) {
					continue
				}
				if at, none := strings.CutSuffix(err.Error(), "."+p+" false schema"); none {
					return fmt.Errorf("%s additional properties '%s' not allowed", at, p)
				}
				return err
			}
		}
	}
	return nil
}

// sortProperties sorts the lists of properties in a message.
func sortProperties(msg string) string {
	return additional.ReplaceAllStringFunc(msg, func(s string) string {
		list := strings.Split(additional.FindStringSubmatch(s)[1], ", ")
		slices.Sort(list)
		return "additional properties " + strings.Join(list, ", ") + " not allowed"
	})
}
