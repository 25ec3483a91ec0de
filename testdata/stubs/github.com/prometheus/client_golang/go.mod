module github.com/prometheus/client_golang

go 1.18

require (
	github.com/prometheus/client_model v0.0.0
	github.com/prometheus/common v0.0.0
)
