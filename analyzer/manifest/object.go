package manifest

import (
	"slices"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"

	"fmt"

	"github.com/coordlint/coordlint/graph"
)

// A reader turns the objects of one source into a Set.
type reader struct {
	set    *Set
	source int
	gaps   []graph.Gap
	seen   map[string]graph.Site // objects by kind, namespace and name
	scale  []scaling

	objects  []object // those that are read
	rollouts []object // of them, Argo's
}

// A scaling is a scaler together with what it scales.
type scaling struct {
	scaler            graph.Scaler
	kind, name        string
	namespace, object string
}

func itoa(i int) string { return strconv.Itoa(i) }

func (r *reader) gap(site graph.Site, format string, args ...any) {
	r.gaps = append(r.gaps, graph.Gap{Kind: "manifest", Site: site, Text: fmt.Sprintf(format, args...)})
}

// readObjects reads all objects: first what others refer to, then workloads,
// then what refers to workloads.
func (r *reader) readObjects(objects []object) {
	r.seen = map[string]graph.Site{}
	var kept []object
	for _, o := range objects {
		lenientLabels(o.node)
		if o.namespace == "" {
			o.namespace = "default"
		}
		if o.name != "" {
			key := o.group + "/" + o.kind + "/" + o.namespace + "/" + o.name
			if first, ok := r.seen[key]; ok {
				if !o.counts() {
					continue
				}
				r.gap(o.site(), "%s/%s is declared twice, first at %s: the first counts", o.kind, o.name, first)
				continue
			}
			r.seen[key] = o.site()
		}
		kept = append(kept, o)
	}
	r.objects = kept
	for _, o := range kept {
		if o.kind == "Rollout" && o.group == "argoproj.io" {
			r.rollouts = append(r.rollouts, o)
		}
	}
	for _, o := range kept {
		r.support(o)
	}
	for _, o := range kept {
		r.workload(o)
	}
	for _, o := range kept {
		r.traffic(o)
	}
	r.attach()
	r.classes()
}

// counts reports whether anything is read of an object.
func (o object) counts() bool {
	switch o.group {
	case "", "apps", "apps.kruise.io", "batch", "autoscaling", "policy", "extensions", "networking.k8s.io", "gateway.networking.k8s.io", "storage.k8s.io",
		"networking.istio.io", "linkerd.io", "keda.sh", "serving.knative.dev", "argoproj.io":
		return true
	}
	return field(o.node, "spec", "template", "spec") != nil || o.kind == "KafkaTopic" ||
		slices.ContainsFunc(operatedKinds(), func(k operated) bool { return k.group == o.group && k.kind == o.kind })
}

// support reads objects that pods and routes refer to.
func (r *reader) support(o object) {
	switch {
	case o.kind == "ConfigMap" && o.group == "":
		r.configMap(o)
	case o.kind == "Secret" && o.group == "":
		r.secret(o)
	case o.kind == "Service" && o.group == "":
		r.service(o)
	case o.kind == "StorageClass" && o.group == "storage.k8s.io":
		r.set.Classes = append(r.set.Classes, &Class{Name: o.name, Provisioner: text(o.node, "provisioner"), Binding: text(o.node, "volumeBindingMode"),
			Default:    text(o.node, "metadata", "annotations", "storageclass.kubernetes.io/is-default-class") == "true",
			Parameters: nodeLabels(field(o.node, "parameters")), Site: o.site(), Source: r.source})
	case o.kind == "PersistentVolumeClaim" && o.group == "":
		var c corev1.PersistentVolumeClaim
		if r.decode(o, &c) {
			r.set.Claims = append(r.set.Claims, &Claim{Name: o.name, Namespace: o.namespace, Modes: modes(c.Spec.AccessModes),
				Class: deref(c.Spec.StorageClassName), Storage: storage(c.Spec.Resources.Requests, o.site("spec", "resources", "requests", "storage")),
				Site: o.site(), Source: r.source})
		}
	case o.kind == "PodDisruptionBudget" && o.group == "policy":
		var b policyv1.PodDisruptionBudget
		if r.decode(o, &b) {
			out := &Budget{Name: o.name, Namespace: o.namespace, Site: o.site(), Source: r.source}
			if b.Spec.Selector != nil {
				out.Selector = labels(b.Spec.Selector.MatchLabels)
			}
			if b.Spec.MinAvailable != nil {
				out.MinAvailable = b.Spec.MinAvailable.String()
			}
			if b.Spec.MaxUnavailable != nil {
				out.MaxUnavailable = b.Spec.MaxUnavailable.String()
			}
			r.set.Budgets = append(r.set.Budgets, out)
		}
	case o.kind == "KafkaTopic" && o.group == "kafka.strimzi.io":
		r.kafkaTopic(o)
	case o.kind == "ResourceQuota" && o.group == "":
		r.set.Quotas = append(r.set.Quotas, &Quota{Kind: o.kind, Name: o.name, Namespace: o.namespace,
			Hard: nodeLabels(field(o.node, "spec", "hard")), Site: o.site(), Source: r.source})
	case o.kind == "LimitRange" && o.group == "":
		for _, l := range items(field(o.node, "spec", "limits")) {
			if text(l, "type") == "Container" {
				r.set.Quotas = append(r.set.Quotas, &Quota{Kind: o.kind, Name: o.name, Namespace: o.namespace,
					Hard: nodeLabels(field(l, "default")), Site: o.siteOf(l), Source: r.source})
			}
		}
	}
}

// decode fills a typed object; what cannot be decoded is a gap.
func (r *reader) decode(o object, out any) bool {
	if err := decode(o.node, out); err != nil {
		r.gap(o.site(), "%s/%s: %v", o.kind, o.name, err)
		return false
	}
	return true
}

// workload reads objects that run pods.
func (r *reader) workload(o object) {
	w := &Workload{Kind: o.kind, Name: o.name, Namespace: o.namespace, Site: o.site(), Source: r.source}
	switch group := o.group; {
	case r.rolledOut(o):
		return
	case o.kind == "Deployment" && (group == "apps" || group == "extensions"):
		var d appsv1.Deployment
		r.pod(w, o, "spec", "template")
		if r.decodeSpec(o, &d) {
			w.Strategy = string(d.Spec.Strategy.Type)
		}
		w.StrategyAt = o.site("spec", "strategy", "type")
		r.replicas(w, o)
	case o.kind == "StatefulSet" && (group == "apps" || group == "apps.kruise.io"):
		r.pod(w, o, "spec", "template")
		w.Strategy = text(o.node, "spec", "updateStrategy", "type")
		r.replicas(w, o)
		r.claimTemplates(w, o)
	case o.kind == "ReplicaSet" && group == "apps", o.kind == "ReplicationController" && group == "":
		if owned(o) {
			return
		}
		r.pod(w, o, "spec", "template")
		r.replicas(w, o)
	case o.kind == "DaemonSet" && (group == "apps" || group == "extensions"):
		r.pod(w, o, "spec", "template")
	case o.kind == "Job" && group == "batch":
		if hook(o) {
			r.pod(w, o, "spec", "template")
			r.set.hooks = append(r.set.hooks, w)
			return
		}
		var j batchv1.Job
		r.pod(w, o, "spec", "template")
		n := 1.0
		if r.decodeSpec(o, &j) && j.Spec.Parallelism != nil {
			n = float64(*j.Spec.Parallelism)
		}
		w.Replicas = graph.Exact(n, graph.Declared, o.site("spec", "parallelism"), "")
	case o.kind == "CronJob" && group == "batch":
		r.pod(w, o, "spec", "jobTemplate", "spec", "template")
		w.Schedule = text(o.node, "spec", "schedule")
		w.Forbid = text(o.node, "spec", "concurrencyPolicy") == "Forbid"
	case o.kind == "Pod" && group == "":
		if owned(o) || hook(o) {
			return
		}
		r.pod(w, o)
		w.Labels = nodeLabels(field(o.node, "metadata", "labels"))
		w.Annotations = nodeLabels(field(o.node, "metadata", "annotations"))
		w.Replicas = graph.Exact(1, graph.Declared, o.site(), "a Pod of its own")
	case group == "serving.knative.dev" && o.kind == "Service":
		r.knative(w, o)
	case group == "argoproj.io" && (o.kind == "Workflow" || o.kind == "CronWorkflow" || o.kind == "WorkflowTemplate" || o.kind == "ClusterWorkflowTemplate"):
		if r.workflow(w, o); len(w.Containers) == 0 {
			return // it runs a template that stands elsewhere
		}
	default:
		if r.operator(w, o) {
			break
		}
		if ref := r.template(o); ref != nil {
			r.pod(w, *ref, "spec", "template")
		} else if field(o.node, "spec", "template", "spec", "containers") == nil {
			return
		}
		// A kind that is not known and has a pod template: Argo Rollout,
		// OpenShift DeploymentConfig, ...
		if w.Containers == nil {
			r.pod(w, o, "spec", "template")
		}
		r.replicas(w, o)
		for _, s := range []string{"canary", "blueGreen"} {
			if field(o.node, "spec", "strategy", s) != nil {
				w.Strategy = s
				w.StrategyAt = o.site("spec", "strategy", s)
			}
		}
	}
	r.claims(w)
	r.set.Workloads = append(r.set.Workloads, w)
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
