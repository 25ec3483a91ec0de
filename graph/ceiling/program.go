package ceiling

import (
	"fmt"
	"slices"
	"strings"
)

// A program is a Model with its names resolved and its numbers checked.
type program struct {
	model    *Model
	services []service
	stations []station
	ops      []operation
	order    []int // operations, callers before those that they call synchronously
	paths    []path
	unknowns []Unknown
	async    bool // some operation sends without waiting
	parallel bool // some operation does several things at once
}

type service struct {
	replicas operand
	most     operand // replicas at the scaler's maximum
	scaled   bool    // there is a scaler
	scalable bool
	slots    int // station
	cpu      int // station
}

// A station is a declared resource, or the slots or cores of a service.
type station struct {
	name    string
	kind    string
	service int     // whose replicas multiply it; -1: none
	servers operand // per replica if service >= 0
	rate    operand
	bounded bool // servers counts
	limited bool // rate counts
	held    bool // some operation holds it over steps
	omitted bool // cores of a service whose CPU is not modelled
}

type operation struct {
	id      string
	service int
	slots   int // station
	inline  bool
	calls   []int // operations that a call may cause, messages included
	body    []*node
}

type path struct {
	id    string
	entry int
	mix   float64 // share of all requests; the shares add up to 1
}

// A node is a Step with its names resolved.
type node struct {
	step     *Step
	station  int // of use, hold, limit and cpu
	op       int // of call and async
	ms, n    operand
	timeout  operand
	hangs    bool // timeout counts
	atMost   operand
	capped   bool // atMost counts
	attempts operand
	failProb operand
	backoff  []operand
	kids     []*node
	branches [][]*node
}

// reach tells the operations that the paths may reach.
func (p *program) reach(paths []path) []bool {
	seen := make([]bool, len(p.ops))
	var visit func(op int)
	visit = func(op int) {
		if seen[op] {
			return
		}
		seen[op] = true
		for _, callee := range p.ops[op].calls {
			visit(callee)
		}
	}
	for _, path := range paths {
		visit(path.entry)
	}
	return seen
}

// Kinds of the stations that a service has by itself.
const (
	slotsKind = "service concurrency"
	cpuKind   = "service CPU"
)

// An operand is a value, or the index of an unknown.
type operand struct {
	value   float64
	unknown int // -1: value counts
}

// compile resolves the names of a model. Errors name case, operation and step.
func compile(m *Model) (*program, error) {
	c := &compiler{model: m, p: &program{model: m},
		unknown: map[string]int{}, service: map[string]int{}, station: map[string]int{}, op: map[string]int{}}
	if err := c.all(); err != nil {
		return nil, fmt.Errorf("case %s: %w", m.ID, err)
	}
	return c.p, nil
}

type compiler struct {
	model                         *Model
	p                             *program
	unknown, service, station, op map[string]int
	slots, cores                  []operand // by service
}

func (c *compiler) all() error {
	for _, part := range []func() error{c.unknowns, c.services, c.resources, c.operations, c.sorted, c.entries} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

func (c *compiler) unknowns() error {
	for i, u := range c.model.Unknowns {
		if _, double := c.unknown[u.Name]; double || u.Name == "" {
			return fmt.Errorf("unknown %q: no name of its own", u.Name)
		}
		if !(u.Low >= 0 && u.Low <= u.High && u.High <= largest) {
			return fmt.Errorf("unknown %s: [%v, %v] is no interval", u.Name, u.Low, u.High)
		}
		c.unknown[u.Name] = i
		c.p.unknowns = append(c.p.unknowns, *u)
	}
	return nil
}

func (c *compiler) services() error {
	for i, s := range c.model.Services {
		if _, double := c.service[s.ID]; double || s.ID == "" {
			return fmt.Errorf("service %q: no name of its own", s.ID)
		}
		c.service[s.ID] = i
		numbers := [4]operand{zero, zero, zero, zero}
		for k, n := range []*Num{&s.Replicas, s.HPAMax, s.Concurrency, s.Cores} {
			if n == nil {
				continue
			}
			var err error
			if numbers[k], err = c.number(*n, largest); err != nil {
				return fmt.Errorf("service %s: %w", s.ID, err)
			}
		}
		c.p.services = append(c.p.services, service{numbers[0], numbers[1], s.HPAMax != nil, s.Scalable, -1, -1})
		c.slots = append(c.slots, numbers[2])
		c.cores = append(c.cores, numbers[3])
	}
	return nil
}

// resources makes the stations: the declared ones, then those of services.
func (c *compiler) resources() error {
	for _, r := range c.model.Resources {
		st := station{name: r.ID, kind: r.Kind, service: -1, bounded: r.Servers != nil, limited: r.Rate != nil, servers: zero, rate: zero}
		var err error
		if r.Servers != nil {
			st.servers, err = c.number(*r.Servers, largest)
		}
		if r.Rate != nil && err == nil {
			st.rate, err = c.number(*r.Rate, largest)
		}
		if err != nil {
			return fmt.Errorf("resource %s: %w", r.ID, err)
		}
		switch r.Scope {
		case Global, "":
		case PerReplica:
			owner, err := c.owner(r)
			if err != nil {
				return err
			}
			st.service = owner
		default:
			return fmt.Errorf("resource %s: unknown scope %q", r.ID, r.Scope)
		}
		if err := c.add(st); err != nil {
			return err
		}
	}
	for i, s := range c.model.Services {
		slots := station{name: s.ID + "/slots", kind: slotsKind, service: i, bounded: s.Concurrency != nil, servers: c.slots[i], rate: zero}
		cpu := station{name: s.ID + "/cpu", kind: cpuKind, service: i, bounded: s.Cores != nil, omitted: s.Cores == nil, servers: c.cores[i], rate: zero}
		c.p.services[i].slots = len(c.p.stations)
		if err := c.add(slots); err != nil {
			return err
		}
		c.p.services[i].cpu = len(c.p.stations)
		if err := c.add(cpu); err != nil {
			return err
		}
	}
	return nil
}

func (c *compiler) add(st station) error {
	if _, double := c.station[st.name]; double || st.name == "" {
		return fmt.Errorf("resource %q: no name of its own", st.name)
	}
	c.station[st.name] = len(c.p.stations)
	c.p.stations = append(c.p.stations, st)
	return nil
}

// owner finds the service that a per-replica resource belongs to: the one that
// it names, else the only one whose operations use it.
func (c *compiler) owner(r *Resource) (int, error) {
	if r.Of != "" {
		i, ok := c.service[r.Of]
		if !ok {
			return 0, fmt.Errorf("resource %s: unknown service %q", r.ID, r.Of)
		}
		return i, nil
	}
	var users []string
	for _, o := range c.model.Operations {
		if mentions(o.Steps, r.ID) && !slices.Contains(users, o.Service) {
			users = append(users, o.Service)
		}
	}
	if len(users) == 1 {
		if i, ok := c.service[users[0]]; ok {
			return i, nil
		}
	}
	return 0, fmt.Errorf("resource %s: per replica of which service? (used by: %s)", r.ID, strings.Join(users, ", "))
}

func mentions(steps []*Step, resource string) bool {
	for _, s := range steps {
		if s.Kind != StepCall && s.Kind != StepAsync && s.Kind != StepDo && s.Target == resource || mentions(s.Steps, resource) {
			return true
		}
		for _, b := range s.Branches {
			if mentions(b, resource) {
				return true
			}
		}
	}
	return false
}

func (c *compiler) operations() error {
	for i, o := range c.model.Operations {
		if _, double := c.op[o.ID]; double || o.ID == "" {
			return fmt.Errorf("operation %q: no name of its own", o.ID)
		}
		c.op[o.ID] = i
	}
	for _, o := range c.model.Operations {
		service, ok := c.service[o.Service]
		if !ok {
			return fmt.Errorf("operation %s: unknown service %q", o.ID, o.Service)
		}
		body, err := c.nodes(o.Steps, service, "steps")
		if err != nil {
			return fmt.Errorf("operation %s: %w", o.ID, err)
		}
		c.p.ops = append(c.p.ops, operation{o.ID, service, c.station[o.Service+"/slots"], o.Inline, callees(body), body})
	}
	return nil
}

func (c *compiler) entries() error {
	var sum float64
	ids := map[string]bool{}
	for _, in := range c.model.Paths {
		if ids[in.ID] {
			return fmt.Errorf("path %q: no name of its own", in.ID)
		}
		ids[in.ID] = true
		entry, ok := c.op[in.Entry]
		if !ok {
			return fmt.Errorf("path %s: unknown operation %q", in.ID, in.Entry)
		}
		mix := 1.0
		if in.Mix != nil {
			mix = *in.Mix
		}
		if !(mix >= 0 && mix <= largest) {
			return fmt.Errorf("path %s: mix %v", in.ID, mix)
		}
		sum += mix
		c.p.paths = append(c.p.paths, path{in.ID, entry, mix})
	}
	if len(c.p.paths) > 0 && sum <= 0 {
		return fmt.Errorf("paths: the mix adds up to %v", sum)
	}
	for i := range c.p.paths {
		c.p.paths[i].mix /= sum
	}
	return nil
}
