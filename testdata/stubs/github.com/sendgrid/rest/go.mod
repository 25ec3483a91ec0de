module github.com/sendgrid/rest

go 1.18
