package manifest

func (r *reader) knative(w *Workload, o object)       {}
func (r *reader) workflow(w *Workload, o object)      {}
func (r *reader) operator(w *Workload, o object) bool { return false }
