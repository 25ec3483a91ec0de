// Package events carries what happened to an order through Kafka, to whoever
// wants to know. Nobody who publishes waits for those who consume.
package events

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
	"golang.org/x/sync/errgroup"

	"example.com/shop/internal/retry"
)

// topic carries OrderPlaced, keyed by order. It has 16 partitions.
const topic = "orders"

// OrderPlaced says that an order is paid, reserved and handed to shipping.
type OrderPlaced struct {
	Order    string `json:"order"`
	Shipment string `json:"shipment"`
	Email    string `json:"email"`
	Cents    int64  `json:"cents"`
}

// A Publisher sends events.
type Publisher struct {
	writer *kafka.Writer
}

// NewPublisher returns a publisher to brokers (host:port, separated by
// commas). It connects when it first publishes.
func NewPublisher(brokers string) *Publisher {
	return &Publisher{&kafka.Writer{
		Addr:         kafka.TCP(strings.Split(brokers, ",")...),
		Topic:        topic,
		Balancer:     &kafka.Hash{},
		RequiredAcks: kafka.RequireAll,
		BatchTimeout: 10 * time.Millisecond,
		Async:        true,
		Completion: func(lost []kafka.Message, err error) {
			if err != nil {
				slog.Error("events are lost", "count", len(lost), "err", err)
			}
		},
	}}
}

// OrderPlaced hands e over for delivery. It does not wait until a broker has
// it. An error says that e could not even be handed over.
func (p *Publisher) OrderPlaced(ctx context.Context, e OrderPlaced) error {
	value, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return p.writer.WriteMessages(ctx, kafka.Message{Key: []byte(e.Order), Value: value})
}

// Close delivers what is still waiting.
func (p *Publisher) Close() error { return p.writer.Close() }

// readers is how many members of a consumer group one process holds. Each
// handles one event at a time.
const readers = 8

// Consume calls handle for every OrderPlaced, once or more often, until ctx
// ends or handle keeps failing. The processes of one group share the events.
func Consume(ctx context.Context, brokers, group string, handle func(context.Context, OrderPlaced) error) error {
	g, ctx := errgroup.WithContext(ctx)
	for range readers {
		g.Go(func() error { return read(ctx, brokers, group, handle) })
	}
	return g.Wait()
}

func read(ctx context.Context, brokers, group string, handle func(context.Context, OrderPlaced) error) error {
	reader := kafka.NewReader(kafka.ReaderConfig{
		Brokers: strings.Split(brokers, ","),
		GroupID: group,
		Topic:   topic,
	})
	defer reader.Close()
	for {
		message, err := reader.FetchMessage(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil { // the reader waits by itself before it looks for the broker again
			slog.Warn("no events", "group", group, "err", err)
			continue
		}
		var e OrderPlaced
		if err := json.Unmarshal(message.Value, &e); err != nil {
			slog.Error("event is not readable", "offset", message.Offset, "err", err)
		} else if err := retry.Do(ctx, deliver(handle, e)); err != nil {
			return err // the process ends, and starts again at the last commit
		}
		if err := reader.CommitMessages(ctx, message); err != nil {
			return err
		}
	}
}

// deliver binds e, and gives each attempt to handle it five seconds.
func deliver(handle func(context.Context, OrderPlaced) error, e OrderPlaced) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		return handle(ctx, e)
	}
}
