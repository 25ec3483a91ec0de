module github.com/prometheus/common

go 1.18
