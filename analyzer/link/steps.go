package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// steps builds the bodies of all endpoints and tasks, and the edges from them.
func (l *linker) steps() {
	for _, d := range slices.Clone(l.all) {
		if d.m == nil {
			continue
		}
		b := &builder{l: l, d: d, m: d.m, done: map[*instance]*graph.Step{}, busy: map[*instance]bool{}, met: map[*instance]bool{}, flows: map[*instance]*flow{}, nexts: map[*graph.Step]bool{}}
		b.startup = map[*instance]bool{}
		for _, inst := range walk(d.m.top, nil).order {
			b.startup[inst] = true
		}
		for _, ep := range d.endpoints {
			if ep.entry == nil {
				continue
			}
			ep.Body = b.underServer(ep, b.bodyOf(ep))
			if !ep.Standard {
				l.edgesOf(d, ep.Body, ep)
			}
		}
		task := &graph.Endpoint{Service: d.svc.ID, Kind: graph.EndpointStartup, Name: "main", Handler: d.svc.Site, Certain: true}
		task.Body = b.whole(d.m.top, func() *graph.Step { return b.part(d.m.top) })
		if task.Body != nil {
			l.edgesOf(d, task.Body, &endpoint{Endpoint: task})
			l.sys.Tasks = append(l.sys.Tasks, splitTasks(task)...)
		}
		b.readOn()
	}
}

// A builder turns the instances of one root into steps.
type builder struct {
	l       *linker
	d       *deployment
	m       *machine
	done    map[*instance]*graph.Step
	busy    map[*instance]bool
	met     map[*instance]bool // in the body that is being made
	flows   map[*instance]*flow
	startup map[*instance]bool   // reached before any request
	nexts   map[*graph.Step]bool // see calls

	taking *consumption // the loop of messages whose endpoint is being made

	receipts []receipt // see awaited; nil: not computed yet

	settings map[objID][]*event               // what was set on an object later: see setOn
	servers  *[]serverSetting                 // see serverSettings
	handed   map[*graph.Deadline]bool         // see handedOver
	origins  map[*graph.Deadline][]graph.Site // where the contexts without a deadline are made

	waited map[*instance]waitFact // see waitsOf
	limits map[objID][]*event     // see limitSetters

	ways       *way // where in the body the part stands that is being made
	spots      map[int]spot
	made       int // call steps of the body so far
	visits     int // instances of the body so far, each as often as it stands there
	controls   map[*instance]*control
	quietFuncs map[*summary.Func]bool
	read       []cursorSite
}

// entryBody is the body of an endpoint: its handlers, and where the handler is
// a library's proxy the call that it makes.
func (b *builder) entryBody(ep *endpoint) *graph.Step {
	body := b.part(ep.entry.top)
	if s := b.scheduled(ep); s != nil {
		return s
	}
	if ep.Kind != graph.EndpointHTTP {
		return body
	}
	ev := ep.entry.ev
	urls := none
	if ev.obj >= 0 {
		urls = b.m.cell(ev.obj, b.m.child(root, "$proxied")).set
	}
	if urls == none {
		return body
	}
	verb, path, _ := strings.Cut(ep.Name, " ")
	for _, t := range b.l.urlTargets(b.d, ev, urls, none, b.m.text(verb)) {
		t.operation = verb + " " + path
		s := b.call(t, b.proxySite(ep.entry.handlers, ep.Handler), "")
		s.Stack = []graph.Frame{{Site: ep.Handler}}
		s.Deadline = b.ofProxies(ep.entry.handlers, t)
		body = seq([]*graph.Step{body, s})
	}
	return body
}

func seq(steps []*graph.Step) *graph.Step {
	steps = slices.DeleteFunc(steps, func(s *graph.Step) bool { return s == nil })
	switch len(steps) {
	case 0:
		return nil
	case 1:
		return steps[0]
	}
	return &graph.Step{Kind: graph.Seq, Steps: steps, Site: steps[0].Site, Func: steps[0].Func}
}

// body returns the steps of an instance; nil if it has none.
func (b *builder) body(inst *instance) *graph.Step {
	if s, ok := b.done[inst]; ok {
		return s
	}
	return b.part(inst)
}

// part returns the steps of an instance where the body that is being made
// stands: each place has its own, as far as there are not too many.
func (b *builder) part(inst *instance) *graph.Step {
	if s, ok := b.done[inst]; ok && s == nil {
		return nil
	}
	if b.busy[inst] {
		return nil // recursion: its steps are counted once
	}
	if b.made > maxCalls && b.met[inst] {
		b.m.gap("bound", inst.fn.Site, "more than "+itoa(maxCalls)+" calls in one body: what is reached again on other ways is left out of it")
		return nil
	}
	if b.visits > maxVisits && b.met[inst] {
		b.m.gap("bound", inst.fn.Site, "more than "+itoa(maxVisits)+" parts in one body: what is reached again on other ways is left out of it")
		return nil
	}
	b.visits++
	b.met[inst] = true
	b.busy[inst] = true
	fl := b.flow(inst)
	var items, deferred []item
	for _, i := range b.order(inst) {
		in := b.instr(inst, i)
		s := b.at(inst, i, in)
		if s == nil {
			continue
		}
		it := item{step: s, instr: i, region: b.withoutHanded(inst, i, fl.regions(i))}
		if in.Op == summary.OpDefer {
			it.region = fl.loopRegions(i, 0)
			deferred = append([]item{it}, deferred...)
			continue
		}
		items = append(items, it)
	}
	items, deferred = b.handled(inst, items, deferred)
	items = b.join(inst, items)
	items = append(items, deferred...)
	items = b.bareHolds(inst, items)
	s := b.nest(inst, items, 0, nil)
	b.busy[inst] = false
	b.done[inst] = s
	return s
}

// order returns the instructions of an instance that do something, in program
// order.
func (b *builder) order(inst *instance) []int {
	if len(inst.fn.Blocks) == 0 {
		return callSites(inst)
	}
	var out []int
	for bi := range inst.fn.Blocks {
		if !inst.reach[bi] {
			continue
		}
		blk := &inst.fn.Blocks[bi]
		for i := int(blk.First); i < int(blk.Last); i++ {
			if len(inst.calls[i]) > 0 || len(inst.lib[i]) > 0 {
				out = append(out, i)
			}
		}
	}
	slices.SortStableFunc(out, func(x, y int) int { return b.line(inst, x) - b.line(inst, y) })
	return out
}

// line is the line of an instruction: within one function, the order of lines
// is the order of the program, whatever order its blocks have.
func (b *builder) line(inst *instance, i int) int { return inst.fn.Instrs[i].Site.Line }

func (b *builder) instr(inst *instance, i int) *summary.Instr {
	if i < len(inst.fn.Instrs) {
		return &inst.fn.Instrs[i]
	}
	return &summary.Instr{Op: summary.OpCall, Site: inst.site}
}

// at returns what one instruction does.
func (b *builder) at(inst *instance, i int, in *summary.Instr) *graph.Step {
	var inner []*graph.Step
	for _, target := range inst.calls[i] {
		b.ways = b.ways.to(i, target)
		s := b.part(target)
		b.ways = b.ways.up
		if s != nil {
			s = b.underToken(inst, i, s, target)
			inner = append(inner, b.enter(inst, i, in, target, s))
		}
	}
	var callee *graph.Step
	if len(inner) > 1 && !b.runsAll(inst.lib[i]) {
		callee = &graph.Step{Kind: graph.Branch, Steps: inner, Probs: make([]*graph.Quantity, len(inner)), Site: gsite(in.Site), Func: inst.fn.Symbol}
	} else {
		callee = seq(inner)
	}
	var steps []*graph.Step
	for _, ev := range inst.lib[i] {
		own, around := b.event(inst, i, in, ev, callee)
		steps = append(steps, own...)
		if around != nil {
			callee = around
		}
	}
	s := seq(append(steps, callee))
	if in.Op == summary.OpGo && s != nil {
		return &graph.Step{Kind: graph.Spawn, Steps: []*graph.Step{s}, Site: gsite(in.Site), Func: inst.fn.Symbol, Limit: b.handedLimit(inst, i)}
	}
	return s
}

// enter returns the steps of a callee as seen from the call.
func (b *builder) enter(inst *instance, i int, in *summary.Instr, target *instance, s *graph.Step) *graph.Step {
	if b.m.prog.generated[target.fn.Site.File] && len(inst.fn.Blocks) > 0 {
		return b.resite(s, inst, in)
	}
	if len(inst.fn.Blocks) == 0 || b.m.prog.generated[inst.fn.Site.File] {
		return s // the library, or what stands for it, calls the handler: no step of a reader's path
	}
	s = b.handedOver(inst, in, target, s)
	frame := graph.Frame{Func: target.fn.Symbol, Site: gsite(in.Site), Wraps: wraps(inst.fn, in, target.fn)}
	return &graph.Step{Kind: graph.Seq, Steps: []*graph.Step{s}, Site: gsite(in.Site), Func: inst.fn.Symbol, Stack: []graph.Frame{frame}}
}

// wraps reports whether a call goes through an interface of the program into
// another package: what is inside is then the callee's business, and the call
// is where the caller uses it. Decorators, which hand on a method of their own
// name, are no users.
func wraps(fn *summary.Func, in *summary.Instr, callee *summary.Func) bool {
	return in.Mode == summary.Invoke && fn.Pkg != callee.Pkg && fn.Name != callee.Name
}

// resite copies steps of generated code and moves them to the call of it: what
// a reader looks for is the hand-written line.
func (b *builder) resite(s *graph.Step, inst *instance, in *summary.Instr) *graph.Step {
	if s.Func != "" && !b.generatedFunc(s.Func) {
		return s
	}
	c := *s
	c.Site, c.Func, c.Stack = gsite(in.Site), inst.fn.Symbol, nil
	c.Steps = make([]*graph.Step, len(s.Steps))
	for n, inner := range s.Steps {
		c.Steps[n] = b.resite(inner, inst, in)
	}
	return &c
}

func (b *builder) generatedFunc(symbol string) bool {
	fn := b.m.prog.funcs[symbol]
	return fn != nil && b.m.prog.generated[fn.Site.File]
}

// call makes the step of one target.
func (b *builder) call(t target, site graph.Site, fn string) *graph.Step {
	b.l.stepID++
	return &graph.Step{
		Kind: graph.Call, Site: site, Func: fn, To: t.to, EdgeKind: t.kind, Operation: t.operation,
		Effect: t.effect, Certain: t.certain, ID: b.l.stepID,
	}
}

// event returns the steps of one library call, and where it runs the callee
// itself, the callee wrapped in what the library does with it.
func (b *builder) event(inst *instance, i int, in *summary.Instr, ev *event, callee *graph.Step) (own []*graph.Step, around *graph.Step) {
	site, fn := gsite(in.Site), inst.fn.Symbol
	for _, t := range b.now(ev) {
		if b.cursor(ev) {
			b.read = append(b.read, cursorSite{edgeKey{b.d.svc.ID, t.to, t.kind}, site})
			continue
		}
		s := b.call(t, site, fn)
		s.Idempotent = b.l.settled(b.d, ev)
		s.Async = b.unacknowledged(inst, i, ev)
		s.Stream = strings.HasSuffix(ev.sym, ".NewStream")
		s.Deadline = b.deadline(ev, t)
		s.Tx = b.onTx(ev)
		s.Partition = b.partition(ev, t)
		s.Draws = b.draws(ev)
		s.Message = b.buffered(inst, i, in, ev)
		s.Reply = replies(inst, in, ev)
		s.Releases = b.flow(inst).releases(i)
		b.spots[s.ID] = spot{b.ways, i, ev}
		b.made++
		own = append(own, b.rowStep(ev, b.again(ev, t, s)))
	}
	if runsNext(ev.entry) || b.d.routes.dispatches(ev) {
		own = append(own, nextStep(site))
	}
	if name := b.l.own[ev]; name != "" {
		for _, ep := range b.d.endpoints {
			if ep.Kind == graph.EndpointGRPC && ep.Name == name && ep.entry != nil {
				own = append(own, b.body(ep.entry.top))
			}
		}
	}
	switch ev.entry.Role {
	case catalog.Sleep:
		if ev.entry.Op == "" {
			own = append(own, &graph.Step{Kind: graph.Wait, Site: site, Func: fn, Time: b.duration(ev)})
		}
	case catalog.RateLimit:
		if ev.entry.Op == "wait" {
			own = append(own, &graph.Step{Kind: graph.Limit, Site: site, Func: fn})
		}
	}
	if callee == nil {
		return own, nil
	}
	wrap := func(kind graph.StepKind) *graph.Step {
		return &graph.Step{Kind: kind, Steps: []*graph.Step{callee}, Site: site, Func: fn}
	}
	switch {
	case ev.entry.Role == catalog.Retry:
		around = b.wrapped(inst, i, ev, callee)
	case ev.entry.Role == catalog.Once:
		around = b.onStartup(callee)
	case ev.entry.Role == catalog.TxBegin:
		around = wrap(graph.Hold)
		around.Lock = b.transaction(in, ev)
	case ev.entry.When == catalog.Parallel:
		around = wrap(graph.Each)
		around.Data = true
	case ev.entry.When == catalog.Each:
		around = wrap(graph.Loop)
		around.Data = true
	case ev.entry.When == catalog.Background || ev.entry.Role == catalog.Spawn && !ev.entry.Sync:
		around = wrap(graph.Spawn)
		around.Joined = b.waits(inst, i)
	}
	if around != nil && (around.Kind == graph.Each || around.Kind == graph.Spawn) {
		if around.Limit = b.limitOf(ev); around.Limit == nil {
			around.Limit = b.handedLimit(inst, i)
		}
	}
	return own, around
}

// onStartup marks calls that happen on the first request only.
func (b *builder) onStartup(s *graph.Step) *graph.Step {
	c := *s
	c.Startup = true
	c.Steps = make([]*graph.Step, len(s.Steps))
	for n, inner := range s.Steps {
		c.Steps[n] = b.onStartup(inner)
	}
	return &c
}
