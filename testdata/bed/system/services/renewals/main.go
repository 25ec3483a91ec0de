// Command renewals charges for subscriptions. A charge that fails is tried
// again like one of payments, as long as the budget for that lasts.
package main

import (
	"net/http"

	"google.golang.org/grpc"

	"example.com/depot/gen/ledgerpb"
	"example.com/depot/internal/env"
	"example.com/depot/internal/rpc"
	"example.com/depot/internal/web"
)

// policy tries again what was not available, one time for twenty successes.
const policy = `{
	"methodConfig": [{
		"name": [{"service": "ledger.Ledger"}],
		"retryPolicy": {
			"maxAttempts": 3,
			"initialBackoff": "0.01s",
			"maxBackoff": "0.02s",
			"backoffMultiplier": 2,
			"retryableStatusCodes": ["UNAVAILABLE"]
		}
	}],
	"retryThrottling": {"maxTokens": 10, "tokenRatio": 0.05}
}`

func main() {
	ledger := ledgerpb.NewLedgerClient(rpc.Dial(env.Must("LEDGER_ADDR"), grpc.WithDefaultServiceConfig(policy)))
	mux := http.NewServeMux()
	mux.HandleFunc("POST /renewals", func(w http.ResponseWriter, r *http.Request) {
		_, err := ledger.Charge(r.Context(), &ledgerpb.ChargeRequest{Account: "a", Cents: 990})
		web.Answer(w, err)
	})
	web.Serve(env.Must("PORT"), mux)
}
