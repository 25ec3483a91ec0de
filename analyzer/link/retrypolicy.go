package link

import (
	"regexp"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// A policy is how a library tries again.
type policy struct {
	backoff  string // as catalog.Entry.Backoff
	jitter   bool
	attempts *graph.Quantity
	capped   bool
	endless  bool // it is known that nothing ends it
	off      bool // it never tries again
	why      string
	site     graph.Site
	setting  string
	first    []float64
}

// wait returns the words of graph.Retry.Wait.
func (p *policy) wait() string {
	switch p.backoff {
	case "", "depends-on-argument", "adds-jitter":
		return "unknown"
	case "fixed":
		if p.jitter {
			return "fixed+jitter"
		}
	case "growing-no-jitter":
		if p.jitter {
			return "growing+jitter"
		}
	}
	return p.backoff
}

func (p *policy) quality() quality {
	q := qualityFrom(p.wait())
	if p.wait() == "unknown" {
		q |= noSource
	}
	return q
}

// retry makes the description of a policy.
func (p *policy) retry(source string) *graph.Retry {
	r := &graph.Retry{
		Source: source, Class: "retry", Wait: p.wait(), Attempts: p.attempts, Capped: !p.endless, CapWhy: p.why,
		WaitSite: p.site, Setting: p.setting, Backoff: p.first,
	}
	if p.attempts != nil && r.CapWhy == "" {
		r.CapWhy = "counter"
	}
	return r
}

// policyOf reads the policy of a retry wrapper at a call.
func (b *builder) policyOf(inst *instance, i int) *policy {
	in := &inst.fn.Instrs[i]
	for _, ev := range inst.lib[i] {
		if ev.entry.Role != catalog.Retry && ev.entry.Role != catalog.BackoffSet {
			continue
		}
		sets := []setID{ev.recv}
		fn, _ := ev.entry.Arg("fn")
		for n, a := range ev.args {
			if _, has := ev.entry.Arg("fn"); !has || n != fn || ev.entry.Role == catalog.BackoffSet {
				sets = append(sets, a)
			}
		}
		return b.policyFrom(ev.entry, globalsAt(inst.fn, in), sets...)
	}
	return &policy{backoff: "depends-on-argument"}
}

// policyFrom reads a policy out of the values that a wrapper or client is
// given, starting with what its entry says.
func (b *builder) policyFrom(e *catalog.Entry, globals []string, sets ...setID) *policy {
	p := &policy{backoff: e.Backoff, setting: shortSymbol(e.Symbol)}
	if d, ok := b.l.cat.Default(e.Package(), "attempts"); ok {
		p.attempts = graph.Exact(d.Value, graph.Declared, graph.Site{}, d.Source)
		if p.backoff == "" || p.backoff == "depends-on-argument" {
			p.backoff = d.Backoff
		}
	}
	for _, g := range globals {
		if v := b.l.cat.Var(g); v != nil {
			b.apply(p, v, graph.Site{}, nil, false)
		}
		p.kubernetes(g)
	}
	for _, part := range b.parts(sets...) {
		if part.obj < 0 {
			if f := b.l.cat.Func(part.fn); f != nil {
				b.apply(p, f, graph.Site{}, nil, false)
			}
			continue
		}
		o := &b.m.objects[part.obj]
		if o.entry != nil {
			b.apply(p, o.entry, gsite(o.site), b.attemptsOf(part.obj), o.kind == oLib)
			if id, ok := b.m.single(b.given(part.obj, "duration")); ok && o.entry.Role == catalog.BackoffSet {
				if q := b.quantity(id, graph.Site{}); q != nil {
					p.first = []float64{q.Low}
				}
			}
		} else if t := b.l.cat.Type(strings.TrimLeft(o.typ, "*")); t != nil && (t.Role == catalog.BackoffSet || t.Role == catalog.Retry) {
			b.apply(p, t, gsite(o.site), nil, false)
		}
		b.fields(p, part.obj)
	}
	return p
}

// apply adds what one entry says to a policy.
func (b *builder) apply(p *policy, e *catalog.Entry, site graph.Site, attempts *graph.Quantity, made bool) {
	if e.Role != catalog.BackoffSet && e.Role != catalog.Retry {
		return
	}
	switch e.Backoff {
	case "", "depends-on-argument":
	case "adds-jitter":
		p.jitter = true
	default:
		p.backoff = e.Backoff
		if made {
			p.site = site
		}
	}
	name := shortSymbol(e.Symbol)
	switch {
	case strings.HasSuffix(name, "NewConstantBackOff"), strings.HasSuffix(name, "ZeroBackOff"), strings.HasSuffix(name, "UntilSucceeded"):
		p.endless = p.attempts == nil
	case strings.HasSuffix(name, "NewExponentialBackOff"):
		p.capped, p.why = true, "MaxElapsedTime"
	case strings.HasSuffix(name, ".WithContext"), strings.HasSuffix(name, ".Context"):
		p.capped, p.endless, p.why = true, false, "context"
	case strings.HasSuffix(name, "WithDisableRetry"), strings.HasSuffix(name, "retry.Disable"):
		p.off = true
	}
	if attempts != nil {
		p.attempts, p.endless = attempts, attempts.Low == 0
		if attempts.Low == 0 {
			p.attempts = nil
		}
	}
}

// attemptsOf returns how many attempts an option allows, the first included.
// Options that count what comes after the first are named for retries.
func (b *builder) attemptsOf(obj objID) *graph.Quantity {
	o := &b.m.objects[obj]
	s := b.given(obj, "attempts")
	if s == none {
		return nil
	}
	n, ok := b.amount(s)
	if !ok {
		return nil
	}
	if n > 0 && countsRetries(o.symbol) {
		n++
	}
	return graph.Exact(n, graph.Derived, gsite(o.site), shortSymbol(o.symbol))
}

func countsRetries(symbol string) bool {
	name := symbol[strings.LastIndexByte(symbol, '.')+1:]
	return strings.Contains(name, "Retries") || strings.Contains(name, "MaxRetry") || strings.Contains(name, "RetryCount") || strings.Contains(name, "RetryTimes") || name == "RetryMax"
}

// fields reads the policies that are structs: wait.Backoff and
// ExponentialBackOff.
func (b *builder) fields(p *policy, obj objID) {
	typ := strings.TrimLeft(b.m.objects[obj].typ, "*")
	name := typ[strings.LastIndexByte(typ, '/')+1:]
	field := func(name string) (float64, bool, bool) { return b.fieldAmount(obj, name) }
	switch {
	case strings.HasSuffix(typ, "util/wait.Backoff"):
		factor, known, set := field("Factor")
		p.backoff = "fixed"
		if set && (!known || factor > 1) {
			p.backoff = "growing-no-jitter"
		}
		_, known, p.jitter = field("Jitter")
		if steps, known, _ := field("Steps"); known {
			p.attempts = graph.Exact(steps, graph.Derived, gsite(b.m.objects[obj].site), "wait.Backoff.Steps")
		}
		p.site = gsite(b.m.objects[obj].site)
	case strings.HasSuffix(name, ".ExponentialBackOff"):
		if factor, known, set := field("RandomizationFactor"); known && factor == 0 || !set && b.m.objects[obj].kind == oAlloc {
			p.backoff = "growing-no-jitter"
		}
		if m, known, _ := field("Multiplier"); known && m == 1 {
			p.backoff = strings.Replace(p.backoff, "growing-no-jitter", "fixed", 1)
		}
	}
	if n, known, _ := b.fieldAmount(obj, "MaxElapsedTime"); known && n == 0 && b.m.objects[obj].entry != nil {
		p.endless, p.capped, p.why = p.attempts == nil, false, ""
	}
}

// kubernetes knows the policies that client-go declares
// (client-go v0.30 util/retry/util.go: both of five and four steps, 10 ms).
func (p *policy) kubernetes(global string) {
	switch {
	case strings.HasSuffix(global, "util/retry.DefaultRetry"):
		p.attempts = graph.Exact(5, graph.Declared, graph.Site{}, "client-go util/retry: Steps 5, factor 1, jitter 0.1")
	case strings.HasSuffix(global, "util/retry.DefaultBackoff"):
		p.attempts = graph.Exact(4, graph.Declared, graph.Site{}, "client-go util/retry: Steps 4, factor 5, jitter 0.1")
	}
}

// shortSymbol names a symbol as source does: the package's name, not its path.
func shortSymbol(symbol string) string {
	s := strings.NewReplacer("(", "", ")", "", "*", "").Replace(symbol)
	s = majorVersion.ReplaceAllString(s, ".") // "retry-go/v4.Do" is retry-go's
	return s[strings.LastIndexByte(s, '/')+1:]
}

// wrapped returns the Try that a call of a retry wrapper is around its
// callback.
func (b *builder) wrapped(inst *instance, i int, ev *event, callee *graph.Step) *graph.Step {
	p := b.policyOf(inst, i)
	retry := p.retry("wrapper")
	name := shortSymbol(ev.sym)
	switch {
	case strings.Contains(name, "OnConflict"):
		retry.Class = "compare-and-swap"
	case strings.Contains(name, "Poll"), b.neverNil(inst, i):
		retry.Class = "poll"
	}
	s := &graph.Step{Kind: graph.Try, Steps: []*graph.Step{callee}, Site: gsite(inst.fn.Instrs[i].Site), Func: inst.fn.Symbol, Retry: retry}
	b.idempotency(retry, s)
	return s
}

// neverNil reports whether no callback of a wrapper ever succeeds: it is run
// until something else ends it.
func (b *builder) neverNil(inst *instance, i int) bool {
	for _, target := range inst.calls[i] {
		fn := target.fn
		for n := range fn.Instrs {
			in := &fn.Instrs[n]
			if in.Op == summary.OpReturn && (len(in.Args) == 0 || !alwaysError(fn, in.Args[len(in.Args)-1])) {
				return false
			}
		}
	}
	return len(inst.calls[i]) > 0
}

// alwaysError reports whether a value is made to be an error.
func alwaysError(fn *summary.Func, ref summary.Ref) bool {
	i := int(ref) - fn.Values()
	if ref < 0 || i < 0 {
		return false
	}
	in := &fn.Instrs[i]
	switch in.Op {
	case summary.OpCall:
		return in.Sym == "errors.New" || in.Sym == "fmt.Errorf" || strings.HasSuffix(in.Sym, ".Permanent") || strings.HasSuffix(in.Sym, "status.Error") || strings.HasSuffix(in.Sym, "status.Errorf")
	case summary.OpMakeInterface, summary.OpConvert:
		return in.Elem != "" && in.Op == summary.OpMakeInterface || alwaysError(fn, in.Args[0])
	case summary.OpLoad:
		n := -int(in.Args[0]) - 1
		return in.Args[0] < 0 && n < len(fn.Pool) && fn.Pool[n].Kind == summary.GlobalVar
	}
	return false
}

var majorVersion = regexp.MustCompile(`/v[0-9]+\.`)
