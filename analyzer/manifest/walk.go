package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding/unicode"

	"github.com/coordlint/coordlint/graph"
)

// Limits that keep time and memory bounded whatever lies under the root.
const (
	maxFile    = 8 << 20 // bytes of one file; the largest manifests known (bundled custom resource definitions) have 5 MB
	maxFiles   = 200_000 // files that are looked at
	maxObjects = 20_000  // Kubernetes objects of one source
)

// A tree is what lies under the root, by what it is. All names are relative
// to the root, with forward slashes, and sorted.
type tree struct {
	root        string
	yamls       []string // candidates for plain objects: not of charts, not of kustomizations
	charts      []string // directories
	kustomize   []string // kustomization files
	composes    []string
	dockerfiles []string
	skaffolds   []string
	helmfiles   []string
	programs    []string                 // files of deployment tools that are programs, and are not run
	helmed      map[string]bool          // directories inside of charts
	spent       time.Duration            // on building kustomizations
	rendered    time.Duration            // on rendering charts
	idle        map[graph.Site]bool      // patches of objects that would be fetched
	written     map[string]*resourceFile // files that kustomizations name; nil: not to be marked
	gaps        []graph.Gap
}

var (
	composeName    = regexp.MustCompile(`^(docker-)?(compose|stack)([-._][\w.-]*)?\.ya?ml$|^[\w.-]*[-._](docker-)?compose\.ya?ml$`)
	dockerfileName = regexp.MustCompile(`^(Dockerfile|Containerfile)([-._].*)?$|\.([dD]ockerfile)$`)
	kustomizeName  = regexp.MustCompile(`^(kustomization\.ya?ml|Kustomization)$`)
	skaffoldName   = regexp.MustCompile(`^skaffold[\w.-]*\.ya?ml$`)
)

// look lists what is under the root. Directories that Go tools skip are
// skipped: testdata, vendor, node_modules, names that start with . or _.
// Symbolic links are not followed.
func look(root string) *tree {
	t := &tree{root: root, helmed: map[string]bool{}, idle: map[graph.Site]bool{}, written: map[string]*resourceFile{}}
	files := 0
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(root, name)
		rel = filepath.ToSlash(rel)
		if err != nil {
			t.gap(graph.Site{File: rel}, "cannot be read: %v", cause(err))
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		base := path.Base(rel)
		if d.IsDir() {
			if rel != "." && (base[0] == '.' || base[0] == '_' || base == "testdata" || base == "vendor" || base == "node_modules") {
				return fs.SkipDir
			}
			t.enter(rel)
			return nil
		}
		if files++; files > maxFiles {
			return errTooMany
		}
		if d.Type().IsRegular() {
			t.add(rel, base)
		}
		return nil
	})
	if err != nil {
		t.gap(graph.Site{}, "%v: the rest is not read", err)
	}
	return t
}

var errTooMany = errors.New("more than 200000 files under the root")

func (t *tree) gap(site graph.Site, format string, args ...any) {
	t.gaps = append(t.gaps, graph.Gap{Kind: "manifest", Site: site, Text: fmt.Sprintf(format, args...), Hard: true})
}

// enter notes whether a directory is a chart or inside of one.
func (t *tree) enter(rel string) {
	if t.helmed[path.Dir(rel)] && rel != "." {
		// A repository that is a chart holds more than the chart.
		base := path.Base(rel)
		if path.Dir(rel) != "." || base == "templates" || base == "charts" || base == "crds" {
			t.helmed[rel] = true
			return
		}
	}
	if _, err := os.Stat(filepath.Join(t.root, rel, "Chart.yaml")); err == nil {
		t.charts = append(t.charts, rel)
		t.helmed[rel] = true
	}
}

func (t *tree) add(rel, base string) {
	if dockerfileName.MatchString(base) && !strings.HasSuffix(base, ".dockerignore") && !strings.HasSuffix(base, ".go") {
		t.dockerfiles = append(t.dockerfiles, rel)
		return
	}
	if t.helmed[path.Dir(rel)] {
		return
	}
	switch ext := path.Ext(base); {
	case kustomizeName.MatchString(base):
		t.kustomize = append(t.kustomize, rel)
	case composeName.MatchString(base) && !t.object(rel):
		t.composes = append(t.composes, rel)
	case helmfileName.MatchString(base) || path.Base(path.Dir(rel)) == "helmfile.d" && path.Ext(base) != ".json" && strings.Contains(base, ".y"):
		t.helmfiles = append(t.helmfiles, rel)
	case base == "Tiltfile" || base == "garden.yml" || base == "devspace.yaml" || base == "okteto.yml":
		t.programs = append(t.programs, rel)
	case skaffoldName.MatchString(base):
		t.skaffolds = append(t.skaffolds, rel)
	case ext == ".yaml" || ext == ".yml" || ext == ".json":
		t.yamls = append(t.yamls, rel)
	}
}

// object reports whether a file holds Kubernetes objects, whatever its name.
func (t *tree) object(rel string) bool {
	src, err := t.read(rel)
	return err == nil && looksLikeObject(src) && !composeServices.Match(src)
}

var composeServices = regexp.MustCompile(`(?m)^services\s*:`)

// read returns the content of a file under the root. It refuses what is too
// large, what is no regular file, and what a symbolic link has outside.
func (t *tree) read(rel string) ([]byte, error) {
	if !fs.ValidPath(rel) {
		return nil, fmt.Errorf("%s lies outside of the root", rel)
	}
	f, err := os.OpenInRoot(t.root, filepath.FromSlash(rel))
	if err != nil {
		if cause(err).Error() == "path escapes from parent" {
			err = errors.New("a symbolic link leads out of the root")
		}
		return nil, cause(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, cause(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is no regular file")
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("has %d bytes and is not read: the limit is %d", info.Size(), maxFile)
	}
	src, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	return plainText(src), cause(err)
}

// plainText takes the byte order mark off a text; UTF-16, which YAML allows
// as well, becomes UTF-8.
func plainText(src []byte) []byte {
	if bytes.HasPrefix(src, []byte("\xff\xfe")) || bytes.HasPrefix(src, []byte("\xfe\xff")) {
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(src)
		if err == nil {
			return out
		}
	}
	return bytes.TrimPrefix(src, []byte("\ufeff"))
}

// stat says whether a name under the root is a file or a directory.
func (t *tree) stat(rel string) (isDir, ok bool) {
	if !fs.ValidPath(rel) {
		return false, false
	}
	root, err := os.OpenRoot(t.root)
	if err != nil {
		return false, false
	}
	defer root.Close()
	info, err := root.Stat(filepath.FromSlash(rel))
	return err == nil && info.IsDir(), err == nil
}

// list returns the names of what lies right in a directory.
func (t *tree) list(dir string) []string {
	root, err := os.OpenRoot(t.root)
	if err != nil {
		return nil
	}
	defer root.Close()
	f, err := root.Open(filepath.FromSlash(dir))
	if err != nil {
		return nil
	}
	defer f.Close()
	names, _ := f.Readdirnames(200)
	for i := range names {
		names[i] = path.Join(dir, names[i])
	}
	slices.Sort(names)
	return names
}

// lstat is stat without following a symbolic link at the end.
func (t *tree) lstat(rel string) (isDir, ok bool) {
	info, err := os.Lstat(filepath.Join(t.root, filepath.FromSlash(rel)))
	return err == nil && info.IsDir(), err == nil
}

// within turns a path that a file of dir names into one relative to the root.
// ok is false if it leaves the root.
func (t *tree) within(dir, name string) (rel string, ok bool) {
	if filepath.IsAbs(name) {
		r, err := filepath.Rel(t.root, name)
		rel = filepath.ToSlash(r)
		return rel, err == nil && fs.ValidPath(rel)
	}
	rel = path.Join(dir, filepath.ToSlash(name))
	return rel, fs.ValidPath(rel)
}

// cause drops paths from errors of package os, so that output does not depend
// on where the root lies.
func cause(err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
