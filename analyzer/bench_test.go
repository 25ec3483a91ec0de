//go:build unix

package analyzer

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/coordlint/coordlint/analyzer/internal/synth"
	"github.com/coordlint/coordlint/analyzer/link"
	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
	"github.com/coordlint/coordlint/rules"
)

// sizes are the numbers of services that the stages are measured with.
var sizes = []int{100, 300, 1000}

func benchmark(b *testing.B, stage func(link.Input, *graph.System) int, unit string, linked bool) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			in, err := synth.Default(n).Input(b.Context(), b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			var sys *graph.System
			if linked {
				sys = link.Link(in)
			}
			made, before := 0, processorTime()
			for b.Loop() {
				made = stage(in, sys)
			}
			b.ReportMetric((processorTime()-before).Seconds()/float64(b.N), "cpu-s/op")
			b.ReportMetric(float64(made), unit)
			b.ReportAllocs()
		})
	}
}

func BenchmarkLink(b *testing.B) {
	benchmark(b, func(in link.Input, _ *graph.System) int { return len(link.Link(in).Edges) }, "edges", false)
}

func BenchmarkRules(b *testing.B) {
	benchmark(b, func(_ link.Input, sys *graph.System) int { return len(rules.Run(sys, nil, rules.All())) }, "findings", true)
}

func BenchmarkCeilings(b *testing.B) {
	benchmark(b, func(_ link.Input, sys *graph.System) int { return len(ceiling.Ceilings(sys, ceiling.Options{})) }, "paths", true)
}

// BenchmarkAll is what follows the summaries: its time by the clock is what a
// user waits for.
func BenchmarkAll(b *testing.B) {
	benchmark(b, func(in link.Input, _ *graph.System) int {
		sys := link.Link(in)
		return len(assess(&report.Report{}, sys, nil, rules.All(), ceiling.Options{}))
	}, "findings", false)
}

// processorTime is what this process has used of its processors, which tells
// more than the clock does where others work too.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
