module cloud.google.com/go/storage

go 1.18

require (
	cloud.google.com/go v0.0.0
	cloud.google.com/go/iam v0.0.0
	github.com/googleapis/gax-go/v2 v2.0.0
	google.golang.org/api v0.0.0
)
