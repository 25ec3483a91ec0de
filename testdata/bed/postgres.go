package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// A postgres is a server of the bed's own, in a temporary directory.
type postgres struct {
	addr string
	dsn  string
}

// errNoPostgres says what to install.
var errNoPostgres = errors.New("no PostgreSQL server here: neither postgres nor initdb is on PATH or in /usr/lib/postgresql/*/bin; " +
	"install it, for example with: apt-get install postgresql")

// program finds one of PostgreSQL's programs, the newest version's.
func program(name string) (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err == nil && len(found) > 0 {
		return found[len(found)-1], nil
	}
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	return "", errNoPostgres
}

// startPostgres makes a database and serves it, with the arguments that the
// manifests give and nothing written through to the disk. PostgreSQL refuses to
// run as root: then it runs as postgres, or nobody.
func startPostgres(ctx context.Context, b *bed) (*postgres, error) {
	initdb, err := program("initdb")
	if err != nil {
		return nil, err
	}
	server, err := program("postgres")
	if err != nil {
		return nil, err
	}
	data := filepath.Join(b.dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		return nil, err
	}
	attr := attributes()
	if os.Geteuid() == 0 {
		if err := unprivileged(attr, b.dir, data); err != nil {
			return nil, err
		}
	}
	init := exec.CommandContext(ctx, initdb, "-D", data, "-U", "depot", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	init.Dir, init.SysProcAttr = data, attr
	if out, err := init.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	addr, port, err := freePort()
	if err != nil {
		return nil, err
	}
	args := append([]string{"-D", data, "-p", port, "-h", "127.0.0.1", "-k", data, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "autovacuum=off"},
		b.manifests.byName["depot-db"].Spec.Template.Spec.Containers[0].Args...)
	c, err := start(ctx, syscall.SIGINT, attr, os.Environ(), server, args...)
	if err != nil {
		return nil, err
	}
	b.children.add(c)
	if err := c.up(addr); err != nil {
		return nil, err
	}
	p := &postgres{addr, "postgres://depot@" + addr + "/depot"}
	return p, p.fill(ctx)
}

// unprivileged makes attr those of another user, who may write data.
func unprivileged(attr *syscall.SysProcAttr, dir, data string) error {
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return fmt.Errorf("PostgreSQL does not run as root, and there is no other user: %w", err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return err
	}
	attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return errors.Join(os.Chmod(dir, 0o755), os.Chown(data, uid, gid))
}

// fill makes the database and its tables.
func (p *postgres) fill(ctx context.Context) error {
	schema, err := os.ReadFile("system/db/depot.sql")
	if err != nil {
		return err
	}
	for range 100 { // it listens before it answers
		err = p.exec(ctx, "postgres://depot@"+p.addr+"/postgres", "CREATE DATABASE depot")
		var starting *pgconn.PgError
		if !errors.As(err, &starting) || starting.Code != "57P03" {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil {
		return err
	}
	return p.exec(ctx, p.dsn, string(schema))
}

func (p *postgres) exec(ctx context.Context, dsn, text string) error {
	db, err := sql.Open("pgx", dsn+"?sslmode=disable&default_query_exec_mode=simple_protocol")
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, text)
	return err
}
