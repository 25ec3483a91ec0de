package analyzer

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/coordlint/coordlint/analyzer/link"
	"github.com/coordlint/coordlint/graph"
)

// maxSchema is the size in bytes up to which a file of SQL is read: larger ones
// are dumps of data.
const maxSchema = 1 << 20

// schemas reads the SQL files of a tree, which say how tables are made.
func schemas(root string) []link.File {
	var out []link.File
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // what cannot be read holds no schema
		}
		name := d.Name()
		if d.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "node_modules" || name == "vendor" || name == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if ext := strings.ToLower(filepath.Ext(name)); ext != ".sql" && ext != ".cql" || !d.Type().IsRegular() {
			return nil
		}
		if info, err := d.Info(); err != nil || info.Size() > maxSchema {
			return nil
		}
		b, err := os.ReadFile(path)
		rel, relErr := filepath.Rel(root, path)
		if err != nil || relErr != nil {
			return nil
		}
		rel = filepath.ToSlash(rel)
		out = append(out, link.File{Path: rel, Content: string(b), Site: graph.Site{File: rel}})
		return nil
	})
	return out
}
