module github.com/jcmturner/gokrb5/v8

go 1.18

require (
	github.com/jcmturner/gofork v0.0.0
)
