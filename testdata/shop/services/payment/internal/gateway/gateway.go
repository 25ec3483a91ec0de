// Package gateway moves money through the payment gateway, a company outside
// that answers at most 1,000 requests a second of this shop.
package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// A Client calls the gateway.
type Client struct {
	base string
	http *http.Client
}

// New returns a client of the gateway at base, a URL without a path.
func New(base string) *Client {
	return &Client{
		base: base,
		http: &http.Client{
			Timeout:   2 * time.Second,
			Transport: &http.Transport{MaxIdleConnsPerHost: 100},
		},
	}
}

// Charge takes cents for an order. The gateway takes them once, however often
// it is asked for one order.
func (c *Client) Charge(ctx context.Context, order string, cents int64) error {
	return c.post(ctx, "/v1/charges", order, transfer{order, cents})
}

// Refund gives cents of an order back.
func (c *Client) Refund(ctx context.Context, order string, cents int64) error {
	return c.post(ctx, "/v1/refunds", order, transfer{order, cents})
}

type transfer struct {
	Order string `json:"order"`
	Cents int64  `json:"cents"`
}

func (c *Client) post(ctx context.Context, path, key string, body transfer) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("gateway: POST %s: %s", path, resp.Status)
	}
	return nil
}
