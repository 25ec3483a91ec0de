// Command gateway stands in for the payment gateway when the shop runs on one
// machine. It takes 45 ms for an answer, and answers what is more than -limit
// requests in a second with 429. It lies in a testdata directory because it is
// no part of the shop.
package main

import (
	"flag"
	"log"
	"net/http"
	"sync"
	"time"
)

func main() {
	addr := flag.String("addr", ":9010", "address to listen on")
	limit := flag.Int("limit", 1000, "requests a second that are served")
	flag.Parse()

	w := &window{limit: *limit}
	handle := func(rw http.ResponseWriter, _ *http.Request) {
		if !w.admit(time.Now().Unix()) {
			rw.WriteHeader(http.StatusTooManyRequests)
			return
		}
		time.Sleep(45 * time.Millisecond)
	}
	http.HandleFunc("POST /v1/charges", handle)
	http.HandleFunc("POST /v1/refunds", handle)
	log.Fatal(http.ListenAndServe(*addr, nil))
}

// A window counts the requests of the second that runs.
type window struct {
	mu            sync.Mutex
	limit, served int
	second        int64
}

func (w *window) admit(second int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.second != second {
		w.second, w.served = second, 0
	}
	if w.served == w.limit {
		return false
	}
	w.served++
	return true
}
