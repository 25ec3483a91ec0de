package main

import (
	"context"
	"fmt"

	"github.com/coordlint/coordlint/analyzer/vet"
	"github.com/coordlint/coordlint/graph/svg"
)

// hidden answers what is no command line of a person: the child that renders,
// coordlint-vet, and go vet. It reports whether it was that.
func (a *app) hidden(ctx context.Context, args []string) (status int, ok bool) {
	if child, err := svg.Child(ctx, a.stdin, a.stdout); child {
		if err != nil {
			fmt.Fprintln(a.stderr, err)
			return 1, true
		}
		return 0, true
	}
	switch {
	case len(args) == 1 && args[0] == vet.ResultsFlag:
		return a.printResults(ctx), true
	case vet.Is(args):
		return a.door().Run(ctx, args), true
	}
	return 0, false
}
