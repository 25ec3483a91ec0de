// Package cache keeps on disk what an analysis would find again: entries of
// bytes under keys that are hashes of everything the bytes depend on. An entry
// never becomes wrong, only unused; so a cache can be shared by concurrent
// runs, copied to another machine, trimmed or deleted at any time.
//
//	store, err := cache.Open("")
//	key := store.Key("summary", importPath, contentHash)
//	if data, ok := store.Get(key); !ok {
//		store.Put(key, work())
//	}
//	store.Trim()
//
// What goes wrong with a file is no error: the entry counts as absent. The
// package imports nothing of this module.
package cache

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
)

// DefaultLimit is the size in bytes that Trim cuts a cache down to.
const DefaultLimit = 2 << 30

// Variable names the environment variable that says where the cache is; its
// value "off" switches it off.
const Variable = "COORDLINT_CACHE"

// A Store is one cache. A nil Store holds nothing and takes nothing. Its
// methods may be called from several goroutines.
type Store struct {
	Limit int64 // bytes; 0: DefaultLimit

	dir     string
	tool    string
	written atomic.Int64
}

// A Key names an entry.
type Key [sha256.Size]byte

// Open returns the cache in a directory; "" stands for the one that the
// environment names, else coordlint in the user's cache directory. It returns
// nil and no error if the environment switches the cache off. The directory is
// made when something is written.
func Open(dir string) (*Store, error) {
	dir, err := Dir(dir)
	if err != nil || dir == "off" {
		return nil, err
	}
	tool, err := buildID()
	if err != nil {
		return nil, fmt.Errorf("cache: identity of this program: %w", err)
	}
	return &Store{dir: filepath.Join(dir, "entries"), tool: tool}, nil
}

// Dir returns where the cache is whose directory is given to Open; "off" if it
// is switched off.
func Dir(dir string) (string, error) {
	if dir == "" {
		dir = os.Getenv(Variable)
	}
	if dir == "off" || filepath.IsAbs(dir) {
		return dir, nil
	}
	if dir != "" {
		return "", fmt.Errorf("%s=%s: want an absolute path or off", Variable, dir)
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("%w; %s names another place", err, Variable)
	}
	return filepath.Join(base, "coordlint"), nil
}

// Key returns the key of what depends on parts and on this program. Kind tells
// apart entries of different meaning.
func (s *Store) Key(kind string, parts ...string) Key {
	h := sha256.New()
	tool := ""
	if s != nil {
		tool = s.tool
	}
	for _, part := range append([]string{tool, kind}, parts...) {
		var size [8]byte
		binary.LittleEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write([]byte(part))
	}
	return Key(h.Sum(nil))
}

// header begins every entry; the checksum of the rest follows.
const header = "coordlint cache 1\n"

func (s *Store) file(key Key) string {
	name := hex.EncodeToString(key[:])
	return filepath.Join(s.dir, name[:2], name)
}

// Get returns an entry. One that is damaged counts as absent. The entry is
// marked as used.
func (s *Store) Get(key Key) ([]byte, bool) {
	if s == nil {
		return nil, false
	}
	name := s.file(key)
	data, err := os.ReadFile(name)
	const start = len(header) + sha256.Size
	if err != nil || len(data) < start || string(data[:len(header)]) != header {
		return nil, false
	}
	if sha256.Sum256(data[start:]) != [sha256.Size]byte(data[len(header):start]) {
		return nil, false
	}
	// An hour is exact enough for Trim, and saves a write for each reading.
	if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > time.Hour {
		now := time.Now()
		_ = os.Chtimes(name, now, now) // a cache that is read only is used in the order of its writing
	}
	return data[start:], true
}

// Put writes an entry. Readers see it whole or not at all. If it cannot be
// written it will be absent.
func (s *Store) Put(key Key, data []byte) {
	if s == nil {
		return
	}
	name := s.file(key)
	if s.write(name, data) != nil && os.MkdirAll(filepath.Dir(name), 0o777) == nil {
		_ = s.write(name, data)
	}
}

func (s *Store) write(name string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), temporary)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	_, err1 := tmp.Write(append([]byte(header), sum[:]...))
	_, err2 := tmp.Write(data)
	if err = errors.Join(err1, err2, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		os.Remove(tmp.Name())
		return err
	}
	s.written.Add(int64(len(data)))
	return nil
}
