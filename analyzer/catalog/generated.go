package catalog

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"
)

// A Pattern describes the code that a generator writes: names with <Svc>,
// <Method> and the like for what varies. Patterns are documentation for whoever
// reads generated code by shape; the linker reads descriptors where it can.
type Pattern struct {
	Generator  string `json:"generator"`
	Matches    string `json:"matches"`
	Role       Role   `json:"role"` // "" if it says only what to leave out
	Args       Args   `json:"args"`
	Technology string `json:"technology"`
	Sync       bool   `json:"sync"`
	Notes      string `json:"notes"`
}

// Patterns returns all patterns.
func Patterns() ([]Pattern, error) {
	b, err := data.ReadFile("data/patterns.json")
	if err != nil {
		return nil, err
	}
	var patterns []Pattern
	if err := json.Unmarshal(b, &patterns); err != nil {
		return nil, fmt.Errorf("catalog patterns: %w", err)
	}
	return patterns, nil
}

// IsDouble reports whether a file or a type in it is a test double, as mockgen,
// moq, mockery and counterfeiter write them: no implementation of an interface
// that a program would use. file is a path; typ may be "".
func IsDouble(file, typ string) bool {
	dir, base := path.Split(strings.ReplaceAll(file, `\`, "/"))
	base = strings.TrimSuffix(base, ".go")
	switch path.Base(dir) {
	case "mock", "mocks", "fakes", "fake", "mock_test", "testdoubles":
		return true
	}
	if strings.HasSuffix(base, "_mock") || strings.HasPrefix(base, "mock_") || strings.HasSuffix(base, "_mocks") || base == "mock" || base == "mocks" || strings.HasPrefix(base, "fake_") {
		return true
	}
	for _, prefix := range [...]string{"Mock", "Fake"} {
		rest, ok := strings.CutPrefix(typ, prefix)
		if ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' {
			return true
		}
	}
	return strings.HasSuffix(typ, "Mock") && typ != "Mock"
}
