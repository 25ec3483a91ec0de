package cache

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// temporary begins the names of files that are being written.
const temporary = "tmp-"

// abandoned is the age at which a file that was being written is taken for
// left over.
const abandoned = time.Hour

// trimEvery is how often a cache that grows slowly is measured.
const trimEvery = 10 * time.Minute

// Status says what a cache holds.
type Status struct {
	Dir     string
	Entries int
	Bytes   int64
	Limit   int64 // bytes that Trim leaves
	Oldest  time.Time
}

// An entry is one file of a cache.
type entry struct {
	name string
	size int64
	used time.Time
}

func (s *Store) limit() int64 {
	if s.Limit > 0 {
		return s.Limit
	}
	return DefaultLimit
}

// Status measures the cache. One that was never written to is empty.
func (s *Store) Status() Status {
	if s == nil {
		return Status{Dir: "off"}
	}
	st := Status{Dir: filepath.Dir(s.dir), Limit: s.limit()}
	for _, e := range s.entries() {
		st.Entries++
		st.Bytes += e.size
		if st.Oldest.IsZero() || e.used.Before(st.Oldest) {
			st.Oldest = e.used
		}
	}
	return st
}

// Trim removes the entries that were not used for longest until the cache is
// no greater than its limit. It looks only if this Store wrote something, and
// at most every ten minutes unless that was much.
func (s *Store) Trim() {
	if s == nil || s.written.Load() == 0 {
		return
	}
	mark := filepath.Join(s.dir, "trimmed")
	if info, err := os.Stat(mark); err == nil && time.Since(info.ModTime()) < trimEvery && s.written.Load() < s.limit()/16 {
		return
	}
	if err := os.WriteFile(mark, nil, 0o666); err != nil {
		return
	}
	s.written.Store(0)
	s.cut(s.limit())
}

// cut removes the oldest entries until the rest fits into limit, in bytes.
func (s *Store) cut(limit int64) {
	list := s.entries()
	slices.SortFunc(list, func(a, b entry) int {
		if c := b.used.Compare(a.used); c != 0 {
			return c
		}
		return strings.Compare(a.name, b.name)
	})
	var total int64
	for _, e := range list {
		if total += e.size; total > limit {
			os.Remove(e.name)
		}
	}
}

// Clean removes all entries. Entries that a concurrent run writes meanwhile may
// stay.
func (s *Store) Clean() error {
	if s == nil {
		return nil
	}
	return os.RemoveAll(s.dir)
}

// entries lists the files of the cache, and removes what was left over.
func (s *Store) entries() []entry {
	var list []entry
	_ = filepath.WalkDir(s.dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Dir(name) == s.dir {
			return nil //nolint:nilerr // what cannot be read holds no entries
		}
		info, err := d.Info()
		switch {
		case err != nil: // another run removed it
		case !strings.HasPrefix(d.Name(), temporary):
			list = append(list, entry{name, info.Size(), info.ModTime()})
		case time.Since(info.ModTime()) > abandoned:
			os.Remove(name)
		}
		return nil
	})
	return list
}
