package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// command runs a program to its end. An error contains what it wrote.
func command(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

// A child is a program that runs until it is stopped.
type child struct {
	cmd  *exec.Cmd
	errs bytes.Buffer
	done chan struct{}
	end  syscall.Signal
}

// start runs a program. It ends with the context, and with the bed.
func start(ctx context.Context, end syscall.Signal, attr *syscall.SysProcAttr, env []string, name string, args ...string) (*child, error) {
	c := &child{cmd: exec.CommandContext(ctx, name, args...), done: make(chan struct{}), end: end}
	c.cmd.Env = env
	c.cmd.Stderr = &c.errs
	c.cmd.SysProcAttr = attr
	c.cmd.Cancel = func() error { return c.cmd.Process.Signal(end) }
	c.cmd.WaitDelay = 5 * time.Second
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	prefer(c.cmd.Process.Pid)
	go func() {
		defer close(c.done)
		_ = c.cmd.Wait() // it is told to end
	}()
	return c, nil
}

// prefer lets a process go before what else runs on the machine, as far as the
// bed may: as root.
func prefer(pid int) {
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, pid, -10)
}

// stop ends the child and waits for it.
func (c *child) stop() {
	_ = c.cmd.Process.Signal(c.end) // it may have ended
	select {
	case <-c.done:
	case <-time.After(5 * time.Second):
		_ = c.cmd.Process.Kill()
		<-c.done
	}
}

// up waits until something listens at addr.
func (c *child) up(addr string) error {
	for range 200 {
		if conn, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
			return conn.Close()
		}
		select {
		case <-c.done:
			return fmt.Errorf("%s ended: %s", c.cmd.Path, c.errs.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("%s does not listen at %s: %s", c.cmd.Path, addr, c.errs.String())
}

// children are those that run. The last that was started ends first.
type children struct {
	mu   sync.Mutex
	list []*child
}

func (c *children) add(one *child) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, one)
}

func (c *children) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := len(c.list) - 1; i >= 0; i-- {
		c.list[i].stop()
	}
	c.list = nil
}

// freePort returns an address on loopback where nothing listens.
func freePort() (addr, port string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	defer l.Close()
	_, port, err = net.SplitHostPort(l.Addr().String())
	return l.Addr().String(), port, err
}

// A group is a service with what it needs, running.
type group struct {
	addrs    []string // of the replicas
	children children
}

// stop ends the group and returns the time that its processes were on a core.
func (g *group) stop() time.Duration {
	list := g.children.list
	g.children.stop()
	var used time.Duration
	for _, c := range list {
		if state := c.cmd.ProcessState; state != nil {
			used += state.UserTime() + state.SystemTime()
		}
	}
	return used
}

// startGroup starts all replicas of a service, and what it needs, with the
// environment that the manifests give, addresses being replaced.
func (b *bed) startGroup(ctx context.Context, service string) (*group, error) {
	g := &group{}
	where := map[string]string{"depot-db": b.postgres.addr}
	for _, name := range append(b.manifests.needs(service), service) {
		if _, ok := where[name]; ok {
			continue
		}
		w := b.manifests.byName[name]
		if name != service && w.Spec.Replicas != 1 {
			g.children.stop()
			return nil, fmt.Errorf("%s has %d replicas: only entrances may have several here", name, w.Spec.Replicas)
		}
		for range w.Spec.Replicas {
			addr, err := b.startReplica(ctx, g, name, where)
			if err != nil {
				g.children.stop()
				return nil, err
			}
			where[name] = addr
			if name == service {
				g.addrs = append(g.addrs, addr)
			}
		}
	}
	return g, nil
}

func (b *bed) startReplica(ctx context.Context, g *group, name string, where map[string]string) (string, error) {
	addr, port, err := freePort()
	if err != nil {
		return "", err
	}
	env := os.Environ()
	for key, value := range b.manifests.byName[name].env() {
		if key == "PORT" {
			value = port
		}
		for from, to := range b.outside {
			value = strings.ReplaceAll(value, from, to)
		}
		value = host.ReplaceAllStringFunc(value, func(text string) string {
			if to, ok := where[host.FindStringSubmatch(text)[1]]; ok {
				return to
			}
			return text
		})
		env = append(env, key+"="+value)
	}
	if cpu := b.manifests.byName[name].cpu(); cpu != "" {
		env = append(env, "GOMAXPROCS="+cpu) // as the runtime has it of a container's limit
	}
	c, err := start(ctx, syscall.SIGTERM, attributes(), env, b.bin(name))
	if err != nil {
		return "", err
	}
	g.children.add(c)
	return addr, c.up(addr)
}

// An outsider is a company that the depot calls.
type outsider struct {
	base string // URL in the manifests
	args []string
}

var outsiders = []outsider{
	{"http://api.courier.example.com", []string{"-ms", "100"}},
	{"http://api.texts.example.com", []string{"-ms", "30", "-rate", "90"}},
}

func (b *bed) startOutside(ctx context.Context, o outsider) error {
	addr, _, err := freePort()
	if err != nil {
		return err
	}
	c, err := start(ctx, syscall.SIGTERM, attributes(), os.Environ(), b.bin("outside"), append([]string{"-addr", addr}, o.args...)...)
	if err != nil {
		return err
	}
	b.children.add(c)
	b.outside[o.base] = "http://" + addr
	return c.up(addr)
}
