module github.com/aws/aws-sdk-go-v2/service/ssooidc

go 1.18
