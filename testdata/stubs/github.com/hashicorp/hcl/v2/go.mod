module github.com/hashicorp/hcl/v2

go 1.18

require (
	github.com/zclconf/go-cty v0.0.0
)
