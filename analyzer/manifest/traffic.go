package manifest

// traffic reads objects that refer to workloads and services.
func (r *reader) traffic(o object) {
	switch {
	case o.kind == "HorizontalPodAutoscaler" && o.group == "autoscaling":
		r.hpa(o)
	case o.group == "keda.sh" && (o.kind == "ScaledObject" || o.kind == "ScaledJob"):
		r.keda(o)
	}
}
