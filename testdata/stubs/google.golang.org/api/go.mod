module google.golang.org/api

go 1.18

require (
	cloud.google.com/go/auth v0.0.0
	golang.org/x/oauth2 v0.0.0
	google.golang.org/grpc v0.0.0
)
