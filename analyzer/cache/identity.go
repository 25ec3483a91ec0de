package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"runtime"
)

// buildID returns what tells this program from others: the build ID that the
// linker wrote near the beginning of the executable, which is a hash of all
// that it was made of (cmd/internal/buildid); if there is none, as with
// -buildid=, a hash of the file.
func buildID() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	if id := findBuildID(head[:n]); id != "" {
		return runtime.Version() + " " + id, nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return runtime.Version() + " " + hex.EncodeToString(h.Sum(nil)), nil
}

// findBuildID finds the ID in the first bytes of an executable: in a note of
// ELF files, and quoted in the text of others. It has four hashes, separated by
// slashes.
func findBuildID(head []byte) string {
	for _, mark := range []string{"\x04\x00\x00\x00Go\x00\x00", "\xff Go build ID: \""} {
		_, rest, ok := bytes.Cut(head, []byte(mark))
		if !ok {
			continue
		}
		end := bytes.IndexFunc(rest, func(r rune) bool { return r < '!' || r == '"' || r > '~' })
		if end > 0 && bytes.Count(rest[:end], []byte("/")) == 3 {
			return string(rest[:end])
		}
	}
	return ""
}
