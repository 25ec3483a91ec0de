module k8s.io/klog/v2

go 1.18

require (
	github.com/go-logr/logr v0.0.0
)
