package manifest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
)

// Limits of rendering one chart.
const (
	maxRounds = 100_000   // rounds of loops and calls of named templates, together
	maxText   = 64 << 20  // bytes of the templates' own text that the rounds write
	maxCount  = 10_000    // that one call of until, repeat and the like may ask for
	maxHeap   = 768 << 20 // bytes that the heap may grow by
	maxFrames = 20_000    // calls on the stack: some 800 templates that render one another
)

// Names of the calls of lookup that measured puts into templates.
const (
	tickCall   = "coordlint.tick"
	countCall  = "coordlint.count"
	textCall   = "coordlint.text"
	nowCall    = "coordlint.now"
	randomCall = "coordlint.random"
)

// A meter ends the rendering of a chart that would not end by itself. It is
// the cluster that the templates see, in which there is nothing: a rendering
// cannot be stopped from outside, but a lookup that fails stops it.
type meter struct {
	deadline time.Time
	rounds   int
	text     int
	base     uint64 // bytes of the heap before
	err      error  // why rendering was ended
}

func newMeter(deadline time.Time) *meter { return &meter{deadline: deadline, base: heap()} }

func heap() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return s[0].Value.Uint64()
}

// GetClientFor implements engine.ClientProvider.
func (m *meter) GetClientFor(call, arg string) (dynamic.NamespaceableResourceInterface, bool, error) {
	if call == tickCall {
		size, _ := strconv.Atoi(arg)
		if err := m.tick(size); err != nil {
			return nil, false, err
		}
	}
	return nothing{meter: m, call: call}, false, nil
}

// tick counts one round that writes size bytes of a template's text.
func (m *meter) tick(size int) error {
	m.rounds++
	m.text += size
	switch {
	case m.err != nil:
	case m.rounds > maxRounds:
		m.err = fmt.Errorf("loops and named templates go round more than %d times", maxRounds)
	case m.text > maxText:
		m.err = fmt.Errorf("writes more than %d MB", maxText>>20)
	case m.rounds%16 == 0 && runtime.Callers(maxFrames, make([]uintptr, 1)) > 0:
		m.err = errors.New("templates render one another without end")
	case m.rounds%64 == 0 && time.Now().After(m.deadline):
		m.err = fmt.Errorf("rendering takes more than %s", renderTime)
	case m.rounds%64 == 0 && heap() > m.base+maxHeap:
		m.err = fmt.Errorf("rendering needs more than %d MB", maxHeap>>20)
	}
	return m.err
}

// nothing is the resource of a cluster that has none, and the answer to what
// measured asks.
type nothing struct {
	dynamic.NamespaceableResourceInterface
	meter *meter
	call  string
}

// Get implements dynamic.ResourceInterface.
func (n nothing) Get(_ context.Context, name string, _ metav1.GetOptions, _ ...string) (*unstructured.Unstructured, error) {
	name = strings.TrimPrefix(name, "=")
	switch n.call {
	case tickCall:
		return &unstructured.Unstructured{}, nil
	case nowCall:
		return answer(time.Unix(0, 0).UTC()), nil
	case countCall, randomCall:
		v, err := strconv.ParseFloat(name, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no number", name)
		}
		if v > maxCount {
			n.meter.err = fmt.Errorf("asks for %s rounds or characters at once: the limit is %d", name, maxCount)
			return nil, n.meter.err
		}
		if n.call == randomCall {
			return answer(strings.Repeat("x", max(0, int(v)))), nil
		}
		return answer(int(v)), nil
	case textCall:
		if err := n.meter.tick(0); err != nil {
			return nil, err
		}
		if tooDeep(name) > 0 {
			return nil, errors.New("bodies lie too deep in one another")
		}
		text, _ := measured(name)
		return answer(text), nil
	}
	return nil, apierrors.NewNotFound(schema.GroupResource{}, "")
}

// answer is what dig "value" takes a value from.
func answer[T int | string | time.Time](v T) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{"value": v}}
}

// List implements dynamic.ResourceInterface.
func (n nothing) List(context.Context, metav1.ListOptions) (*unstructured.UnstructuredList, error) {
	return nil, apierrors.NewNotFound(schema.GroupResource{}, "")
}

// Namespace implements dynamic.NamespaceableResourceInterface.
func (n nothing) Namespace(string) dynamic.ResourceInterface { return n }
