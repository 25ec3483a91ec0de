module k8s.io/client-go

go 1.18

require (
	golang.org/x/time v0.0.0
	k8s.io/api v0.0.0
	k8s.io/apimachinery v0.0.0
	k8s.io/utils v0.0.0
)
