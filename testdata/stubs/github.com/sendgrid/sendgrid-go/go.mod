module github.com/sendgrid/sendgrid-go

go 1.18

require (
	github.com/sendgrid/rest v0.0.0
)
