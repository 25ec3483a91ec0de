package vet

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// handshake analyses, leaves the results for the units and prints the tool's
// identity.
func (d *Door) handshake(ctx context.Context) error {
	dir, err := storeDir()
	if err != nil {
		return err
	}
	wd, err := os.Getwd()
	if err != nil {
		return err
	}
	unlock, err := lock(filepath.Join(dir, digest([]byte(wd))[:16]+".lock"))
	if err != nil {
		return fmt.Errorf("lock the root: %w", err)
	}
	defer unlock()
	results, err := d.Analyze(ctx)
	if err != nil {
		return err
	}
	if results.Failure != "" {
		return errors.New(results.Failure)
	}
	if results.Tool, err = hashSelf(); err != nil {
		return err
	}
	data, err := json.Marshal(results)
	if err != nil {
		return err
	}
	if err := store(filepath.Join(dir, parentKey()), data); err != nil {
		return fmt.Errorf("store findings: %w", err)
	}
	sweep(dir)
	_, err = fmt.Fprintf(d.Stdout, "%s version devel comments-go-here buildID=%s\n", d.Name, digest(data))
	return err
}

// storeDir returns the directory that handshakes leave results in.
func storeDir() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	dir := filepath.Join(cache, "coordlint", "vet")
	return dir, os.MkdirAll(dir, 0o700)
}

// parentKey names the parent process: its id and, where the system tells it,
// when it started, since ids are used again and a cache may be shared by
// several containers.
func parentKey() string {
	pid := strconv.Itoa(os.Getppid())
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return pid + ".json"
	}
	// Field 22 is the start time; field 2 is a name in parentheses that may
	// hold spaces (proc(5)).
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 20 {
		return pid + ".json"
	}
	return pid + "-" + fields[19] + ".json"
}

// store writes a file that readers see whole or not at all.
func store(file string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), "tmp-")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}

// load returns the results that the handshake of the same parent left.
func load() (*Results, error) {
	dir, err := storeDir()
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(dir, parentKey()))
	if errors.Is(err, os.ErrNotExist) {
		return nil, errors.New("no findings of a handshake; start it as go vet -vettool=...")
	}
	if err != nil {
		return nil, err
	}
	r := new(Results)
	return r, json.Unmarshal(data, r)
}

// sweep removes results that no go command can still need.
func sweep(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

func hashSelf() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	return HashFile(self)
}

// HashFile returns the SHA-256 of a file in hexadecimal.
func HashFile(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
