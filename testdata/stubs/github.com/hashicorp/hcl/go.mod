module github.com/hashicorp/hcl

go 1.18
