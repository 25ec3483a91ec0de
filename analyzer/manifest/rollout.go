package manifest

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/coordlint/coordlint/graph"
)

// template finds the object whose pod template a Rollout of Argo runs
// (spec.workloadRef), or nil.
func (r *reader) template(o object) *object {
	ref := field(o.node, "spec", "workloadRef")
	if o.group != "argoproj.io" || o.kind != "Rollout" || ref == nil {
		return nil
	}
	for i := range r.objects {
		if x := &r.objects[i]; x.kind == or(text(ref, "kind"), "Deployment") && x.name == text(ref, "name") && x.namespace == o.namespace {
			return x
		}
	}
	r.gap(o.siteOf(ref), "%s/%s runs the pods of %s/%s, which is not there", o.kind, o.name, text(ref, "kind"), text(ref, "name"))
	return nil
}

// rolledOut reports whether a Rollout runs an object's pods in its place:
// Argo scales it down to none, unless scaleDown is never.
func (r *reader) rolledOut(o object) bool {
	for _, x := range r.rollouts {
		ref := field(x.node, "spec", "workloadRef")
		if x.namespace == o.namespace && text(ref, "name") == o.name &&
			or(text(ref, "kind"), "Deployment") == o.kind && text(ref, "scaleDown") != "never" {
			return true
		}
	}
	return false
}

// workflow reads an Argo Workflow, a template of one, or a CronWorkflow: its
// containers, of all steps, and how many run at once.
func (r *reader) workflow(w *Workload, o object) {
	spec := field(o.node, "spec")
	if o.kind == "CronWorkflow" {
		w.Schedule = or(text(spec, "schedule"), text(spec, "schedules", "0"))
		w.Forbid = text(spec, "concurrencyPolicy") == "Forbid"
		spec = field(spec, "workflowSpec")
	}
	w.Labels = nodeLabels(field(o.node, "metadata", "labels"))
	w.Replicas = graph.Exact(1, graph.Declared, o.site("spec"), "one workflow runs a step at a time, unless its steps are parallel")
	if q := r.count(o, field(spec, "parallelism")); q != nil {
		w.Replicas = q
	}
	var pod corev1.PodSpec
	if n := field(spec, "volumes"); n != nil {
		if err := decode(n, &pod.Volumes); err != nil {
			r.gap(o.siteOf(n), "%s: volumes: %v", w.ID(), err)
		}
	}
	for i := range pod.Volumes {
		if v, ok := podVolume(&pod.Volumes[i]); ok {
			v.Site = o.siteOf(field(spec, "volumes", itoa(i)))
			w.Volumes = append(w.Volumes, v)
		}
	}
	params := workflowParameters(spec)
	for _, t := range items(field(spec, "templates")) {
		t = filledIn(t, params[text(t, "name")])
		steps := items(field(t, "containerSet", "containers"))
		for _, key := range []string{"container", "script"} {
			if n := field(t, key); n != nil {
				steps = append(steps, n)
			}
		}
		steps = append(steps, items(field(t, "sidecars"))...)
		for _, n := range steps {
			lenientContainer(n)
			var c corev1.Container
			if err := decode(n, &c); err != nil {
				r.gap(o.siteOf(n), "%s: template %s: %v", w.ID(), text(t, "name"), err)
				continue
			}
			c.Name = or(c.Name, text(t, "name"))
			w.Containers = append(w.Containers, r.container(w, o, &pod, &c, n))
		}
	}
}
