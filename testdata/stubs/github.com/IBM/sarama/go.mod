module github.com/IBM/sarama

go 1.18

require (
	github.com/hashicorp/go-multierror v0.0.0
	github.com/jcmturner/gokrb5/v8 v8.0.0
	github.com/rcrowley/go-metrics v0.0.0
	golang.org/x/net v0.0.0
)
