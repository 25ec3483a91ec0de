// Command outside stands in for the companies that the depot calls. It takes
// -ms for an answer and, with -rate, lets requests wait until they are no more
// than that in a second. It lies in a testdata directory because it is no part
// of the depot.
package main

import (
	"flag"
	"log"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:9090", "address to listen on")
	ms := flag.Int("ms", 50, "milliseconds that an answer takes")
	limit := flag.Float64("rate", 0, "requests a second that are let in; 0: all")
	flag.Parse()
	gate := rate.NewLimiter(rate.Inf, 1)
	if *limit > 0 {
		gate.SetLimit(rate.Limit(*limit))
	}
	log.Fatal(http.ListenAndServe(*addr, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if gate.Wait(r.Context()) == nil {
			time.Sleep(time.Duration(*ms) * time.Millisecond)
		}
	})))
}
