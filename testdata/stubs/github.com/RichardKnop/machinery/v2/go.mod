module github.com/RichardKnop/machinery/v2

go 1.18

require (
	cloud.google.com/go/pubsub v0.0.0
	github.com/aws/aws-sdk-go v0.0.0
	go.mongodb.org/mongo-driver v0.0.0
)
