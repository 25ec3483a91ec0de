// Package mailer writes to those who ordered.
package mailer

import (
	"context"
	"database/sql"
	"fmt"

	"example.com/shop/internal/events"
)

// Mailer puts letters into an outbox, from where a mail relay takes them.
type Mailer struct {
	db *sql.DB
}

// New returns a mailer whose outbox is in db.
func New(db *sql.DB) *Mailer { return &Mailer{db: db} }

// Confirm writes the confirmation of an order. An order that comes twice is
// confirmed once.
func (m *Mailer) Confirm(ctx context.Context, e events.OrderPlaced) error {
	text := fmt.Sprintf("Thank you. Your order %s over %d.%02d is on its way (%s).",
		e.Order, e.Cents/100, e.Cents%100, e.Shipment)
	_, err := m.db.ExecContext(ctx,
		`INSERT INTO outbox (order_id, recipient, body) VALUES ($1, $2, $3) ON CONFLICT (order_id) DO NOTHING`,
		e.Order, e.Email, text)
	return err
}
