package manifest

import "github.com/coordlint/coordlint/graph"

// A plan is how an image is built.
type plan struct {
	context    string // relative to the root
	dockerfile string // relative to the root
	inline     string // the Dockerfile itself
	target     string
	args       []Label
	main       string // the main package's directory, where no Dockerfile is needed (ko, skaffold)
	site       graph.Site
}
