module github.com/zeromicro/go-queue

go 1.18

require (
	github.com/rabbitmq/amqp091-go v0.0.0
	github.com/segmentio/kafka-go v0.0.0
	github.com/zeromicro/go-zero v0.0.0
)
