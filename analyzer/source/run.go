package source

import (
	"container/heap"
	"context"
	"go/ast"
	"go/token"
	"go/types"
	"runtime"
	"sync"
)

// Checking says what Check is to do.
type Checking struct {
	Want  func(*Package) bool // which of the packages whose bodies count; nil: all of them
	Visit func(*Checked)      // takes each of them, from several goroutines at once
}

// Check type-checks packages, each after its imports, and hands those that are
// wanted to a visitor, each once. What others need of a package is its types
// alone: they come from the cache where it has them. It returns an error only
// if ctx is done.
//
// What the type checker says of a package may depend on what its imports do not
// export, and the cache has not; so packages with errors are checked again
// without it.
func (t *Tree) Check(ctx context.Context, what Checking) error {
	want := map[*node]*Package{}
	for _, m := range t.Modules {
		for _, p := range m.Packages {
			if want[p.node] == nil && (what.Want == nil || what.Want(p)) {
				want[p.node] = p
			}
		}
	}
	c := newChecker(t, want, what.Visit, true)
	c.run(ctx)
	if len(c.again) > 0 {
		newChecker(t, c.again, what.Visit, false).run(ctx)
	}
	return ctx.Err()
}

// A job is what becomes of one node in one run.
type job struct {
	*node
	full    bool   // with bodies: it is visited
	stored  []byte // export data; nil: it is checked from source
	after   []*job // what must be done before
	users   []*job // what waits for it
	waiting int    // of after, what is not done
	left    int    // of users, what is not done

	files   []*ast.File
	types   *types.Package
	info    *types.Info
	errors  []Gap
	bad     []token.Pos // of the errors of the last check, and of the parser's
	leftOut []Gap
	ill     bool // it or an import does not type-check
	lossy   bool // it or an import was read from the cache
}

// A checker runs jobs.
type checker struct {
	tree    *Tree
	fset    *token.FileSet
	sizes   types.Sizes
	visit   func(*Checked)
	want    map[*node]*Package
	jobs    map[*node]*job
	reading sync.Mutex // of export data, and of partial and broken
	partial map[*node]*types.Package
	broken  bool // export data could not be read

	mu    sync.Mutex
	ready jobHeap
	again map[*node]*Package // must be checked without the cache
}

func newChecker(t *Tree, want map[*node]*Package, visit func(*Checked), cached bool) *checker {
	c := &checker{
		tree: t, fset: t.Fset, sizes: types.SizesFor("gc", runtime.GOARCH), visit: visit, want: want,
		jobs: map[*node]*job{}, partial: map[*node]*types.Package{}, again: map[*node]*Package{},
	}
	for _, n := range t.graph.order {
		if want[n] != nil {
			c.need(n, cached)
		}
	}
	for _, n := range t.graph.order {
		if j := c.jobs[n]; j != nil {
			c.order(j)
		}
	}
	return c
}

// need makes the job of a node and of what it needs.
func (c *checker) need(n *node, cached bool) {
	if c.jobs[n] != nil {
		return
	}
	j := &job{node: n, full: c.want[n] != nil}
	c.jobs[n] = j
	if cached && !j.full && n.l.ImportPath != "unsafe" {
		if j.stored, _ = c.tree.cache.Get(c.exportKey(n)); j.stored != nil {
			return
		}
	}
	for _, d := range n.imports {
		c.need(d, cached)
	}
}

// order says what a job waits for: for its imports; for everything below
// them that has a job, if it comes from the cache, since export data holds
// parts of what it depends on.
func (c *checker) order(j *job) {
	seen := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		for _, d := range n.imports {
			if seen[d] {
				continue
			}
			seen[d] = true
			if dep := c.jobs[d]; dep != nil {
				j.after = append(j.after, dep)
				dep.users = append(dep.users, j)
			}
			if j.stored != nil {
				visit(d)
			}
		}
	}
	visit(j.node)
	j.waiting = len(j.after)
}

// run does all jobs, as many at once as there are processors; of those that
// can be done the first in the order of the graph, so that modules are done
// one after another.
func (c *checker) run(ctx context.Context) {
	todo := len(c.jobs)
	for _, n := range c.tree.graph.order {
		if j := c.jobs[n]; j != nil {
			j.left = len(j.users)
			if j.waiting == 0 {
				c.ready = append(c.ready, j)
			}
		}
	}
	heap.Init(&c.ready)
	more := sync.NewCond(&c.mu)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			for {
				for len(c.ready) == 0 && todo > 0 {
					more.Wait()
				}
				if todo == 0 {
					return
				}
				j := heap.Pop(&c.ready).(*job)
				c.mu.Unlock()
				if ctx.Err() == nil {
					c.do(j)
				}
				c.mu.Lock()
				c.done(j)
				todo--
				more.Broadcast()
			}
		})
	}
	wg.Wait()
}

// done releases what nobody needs any longer, and what waited for a job.
func (c *checker) done(j *job) {
	j.files, j.info, j.stored = nil, nil, nil
	for _, d := range j.after {
		if d.left--; d.left == 0 {
			d.types = nil
		}
	}
	if j.left == 0 {
		j.types = nil
	}
	for _, u := range j.users {
		if u.waiting--; u.waiting == 0 {
			heap.Push(&c.ready, u)
		}
	}
}

// do checks or reads one package, and has it visited.
func (c *checker) do(j *job) {
	for _, d := range j.after {
		j.ill = j.ill || d.ill
		j.lossy = j.lossy || d.lossy
	}
	switch {
	case j.l.ImportPath == "unsafe":
		j.types = types.Unsafe
		return
	case j.stored != nil:
		j.lossy = true
		c.read(j)
		return
	}
	c.check(j)
	if !j.full {
		c.store(j)
		return
	}
	if j.lossy && (len(j.errors) > 0 || c.isBroken()) {
		c.mu.Lock()
		c.again[j.node] = c.want[j.node]
		c.mu.Unlock()
		return
	}
	c.store(j)
	j.node.errors = j.errors
	if c.visit != nil {
		c.visit(&Checked{
			Package: c.want[j.node], Fset: c.fset, Files: j.files, Types: j.types, Info: j.info, Errors: j.errors, LeftOut: j.leftOut,
		})
	}
}

// A jobHeap yields the first job in the order of the graph.
type jobHeap []*job

func (h jobHeap) Len() int           { return len(h) }
func (h jobHeap) Less(a, b int) bool { return h[a].index < h[b].index }
func (h jobHeap) Swap(a, b int)      { h[a], h[b] = h[b], h[a] }
func (h *jobHeap) Push(x any)        { *h = append(*h, x.(*job)) }
func (h *jobHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
