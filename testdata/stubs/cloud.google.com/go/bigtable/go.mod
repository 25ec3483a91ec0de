module cloud.google.com/go/bigtable

go 1.18

require (
	cloud.google.com/go v0.0.0
	cloud.google.com/go/iam v0.0.0
	google.golang.org/api v0.0.0
	google.golang.org/genproto/googleapis/rpc v0.0.0
)
