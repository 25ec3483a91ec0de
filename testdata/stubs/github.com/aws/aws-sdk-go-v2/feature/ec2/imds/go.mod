module github.com/aws/aws-sdk-go-v2/feature/ec2/imds

go 1.18
