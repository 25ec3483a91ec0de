package cache

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func open(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// files lists the entries on disk.
func files(t *testing.T, s *Store) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(s.dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			list = append(list, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestGetPut(t *testing.T) {
	s := open(t)
	key := s.Key("kind", "a", "b")
	if _, ok := s.Get(key); ok {
		t.Error("an empty cache has an entry")
	}
	for _, want := range []string{"", "text"} {
		s.Put(key, []byte(want))
		if got, ok := s.Get(key); !ok || string(got) != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for _, other := range []Key{s.Key("kind", "ab"), s.Key("kind", "a", "", "b"), s.Key("kin", "da", "b")} {
		if other == key {
			t.Error("parts of a key run together")
		}
	}
	other := &Store{dir: s.dir, tool: "another program"}
	if other.Key("kind", "a", "b") == key {
		t.Error("two programs share a key")
	}
	var none *Store
	none.Put(key, nil)
	none.Trim()
	if _, ok := none.Get(key); ok || none.Clean() != nil || none.Status().Entries != 0 {
		t.Error("no cache is no cache")
	}
}

// A damaged entry counts as absent, and is written again.
func TestDamaged(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"cut":   func(b []byte) []byte { return b[:len(b)-1] },
		"empty": func([]byte) []byte { return nil },
		"short": func(b []byte) []byte { return b[:len(header)+3] },
		"bit":   func(b []byte) []byte { b[len(b)-1] ^= 4; return b },
		"other": func(b []byte) []byte { return append([]byte("x"), b...) },
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			key := s.Key("kind")
			s.Put(key, []byte("text"))
			file := files(t, s)[0]
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, damage(data), 0o666); err != nil {
				t.Fatal(err)
			}
			if _, ok := s.Get(key); ok {
				t.Error("it was read")
			}
			s.Put(key, []byte("text"))
			if got, ok := s.Get(key); !ok || string(got) != "text" {
				t.Error("it was not written again")
			}
		})
	}
}

// Concurrent writers and readers of the same entries see them whole.
func TestConcurrent(t *testing.T) {
	s := open(t)
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 50 {
				key := s.Key("kind", fmt.Sprint(i%7))
				text := bytes.Repeat([]byte{byte(i % 7)}, 10_000)
				if got, ok := s.Get(key); ok && !bytes.Equal(got, text) {
					t.Errorf("entry %d is torn", i%7)
				}
				s.Put(key, text)
				if worker == 0 && i%10 == 0 {
					s.cut(25_000)
				}
			}
		})
	}
	wg.Wait()
}

// Trim removes what was not used for longest, and what writers left behind.
func TestTrim(t *testing.T) {
	s := open(t)
	s.Limit = 3 * 1100
	var keys []Key
	for i := range 5 {
		key := s.Key("kind", fmt.Sprint(i))
		s.Put(key, make([]byte, 1000))
		then := time.Now().Add(time.Duration(i-10) * time.Hour)
		if err := os.Chtimes(s.file(key), then, then); err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
	}
	s.Get(keys[0]) // now the last used
	left := filepath.Join(filepath.Dir(s.file(keys[0])), temporary+"1")
	if err := os.WriteFile(left, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * abandoned)
	if err := os.Chtimes(left, old, old); err != nil {
		t.Fatal(err)
	}
	s.Trim()
	for i, want := range []bool{true, false, false, true, true} {
		if _, ok := s.Get(keys[i]); ok != want {
			t.Errorf("entry %d: kept %v, want %v", i, ok, want)
		}
	}
	if st := s.Status(); st.Entries != 3 || st.Bytes > s.Limit {
		t.Errorf("%+v", st)
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("what a writer left behind is still there")
	}
	if err := s.Clean(); err != nil || s.Status().Entries != 0 {
		t.Error("Clean left entries", err)
	}
}

func TestDir(t *testing.T) {
	t.Setenv(Variable, "off")
	if s, err := Open(""); s != nil || err != nil {
		t.Error("off is not off", err)
	}
	t.Setenv(Variable, "relative")
	if _, err := Open(""); err == nil {
		t.Error("a relative path is accepted")
	}
	dir := t.TempDir()
	t.Setenv(Variable, dir)
	if s, err := Open(""); err != nil || s.Status().Dir != dir {
		t.Error("the environment is not heard", err)
	}
}

// The test binary is made by the Go linker, which writes a build ID.
func TestBuildID(t *testing.T) {
	id, err := buildID()
	if err != nil || id == "" {
		t.Fatal(id, err)
	}
	for text, want := range map[string]string{
		"\x7fELF..\x04\x00\x00\x00Go\x00\x00a/b/c/d\x00\x00": "a/b/c/d",
		"\xff Go build ID: \"e/f/g/h\"\n \xff":               "e/f/g/h",
		"\xff Go build ID: \"redacted\"\n \xff":              "",
		"nothing":                                            "",
	} {
		if got := findBuildID([]byte(text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
