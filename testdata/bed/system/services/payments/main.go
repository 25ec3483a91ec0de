// Command payments charges for parcels. A charge that fails is tried again,
// three times in all.
package main

import (
	"net/http"

	"google.golang.org/grpc"

	"example.com/depot/gen/ledgerpb"
	"example.com/depot/internal/env"
	"example.com/depot/internal/rpc"
	"example.com/depot/internal/web"
)

// policy tries again what was not available.
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
	}]
}`

func main() {
	ledger := ledgerpb.NewLedgerClient(rpc.Dial(env.Must("LEDGER_ADDR"), grpc.WithDefaultServiceConfig(policy)))
	mux := http.NewServeMux()
	mux.HandleFunc("POST /payments", func(w http.ResponseWriter, r *http.Request) {
		_, err := ledger.Charge(r.Context(), &ledgerpb.ChargeRequest{Account: "a", Cents: 990})
		web.Answer(w, err)
	})
	web.Serve(env.Must("PORT"), mux)
}
