module k8s.io/apimachinery

go 1.18

require (
	k8s.io/utils v0.0.0
)
