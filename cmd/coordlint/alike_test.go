package main

import (
	"slices"
	"testing"

	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
)

func TestAlike(t *testing.T) {
	r := &report.Report{}
	for _, name := range []string{"POST /tickets", "POST /tickets/{id}", "POST /checkout", "shop.Payment/Charge", "GET /"} {
		r.Endpoints = append(r.Endpoints, &graph.Endpoint{Name: name}, &graph.Endpoint{Name: name, Service: "other"})
	}
	for text, want := range map[string][]string{
		"/tickts":      {"POST /tickets"},
		"Checkout":     {"POST /checkout"},
		"POST/tickets": {"POST /tickets", "POST /tickets/{id}"},
		"payment":      {"shop.Payment/Charge"},
		"":             nil,
		"x":            nil,
	} {
		if got := alike(r, text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
