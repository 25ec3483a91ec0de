module sigs.k8s.io/yaml

go 1.18

require (
	gopkg.in/yaml.v2 v2.0.0
)
