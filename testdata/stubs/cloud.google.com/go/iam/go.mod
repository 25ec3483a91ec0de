module cloud.google.com/go/iam

go 1.18
