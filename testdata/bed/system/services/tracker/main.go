// Command tracker says where a parcel is. What bounds it are the connections
// that it may open to the company that carries the parcel.
package main

import (
	"net/http"
	"time"

	"example.com/depot/internal/env"
	"example.com/depot/internal/web"
)

type server struct {
	base string
	http *http.Client
}

func main() {
	s := &server{
		base: env.Must("COURIER_URL"),
		http: &http.Client{
			Timeout:   10 * time.Second,
			Transport: &http.Transport{MaxConnsPerHost: 3, MaxIdleConnsPerHost: 3},
		},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /tracking", func(w http.ResponseWriter, r *http.Request) {
		web.Answer(w, web.Post(r.Context(), s.http, s.base+"/v1/tracking", "42"))
	})
	web.Serve(env.Must("PORT"), mux)
}
