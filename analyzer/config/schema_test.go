package config

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/rules"
)

// A node is what this test reads of a schema.
type node struct {
	Properties map[string]*node
	Items      *node
	Enum       []string
	Defs       map[string]*node `json:"$defs"`
	Type       string
}

func readSchema(t *testing.T) *node {
	t.Helper()
	n := &node{}
	if err := json.Unmarshal([]byte(Schema()), n); err != nil {
		t.Fatal(err)
	}
	return n
}

// The schema has the keys that the types have, no other.
func TestSchemaHasTheKeysOfTheTypes(t *testing.T) {
	compareKeys(t, "coordlint.yaml", readSchema(t), reflect.TypeFor[file]())
}

func compareKeys(t *testing.T, at string, n *node, typ reflect.Type) {
	t.Helper()
	var have, want []string
	for name := range n.Properties {
		have = append(have, name)
	}
	for _, f := range keys(typ) {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		want = append(want, name)
		inner := f.Type
		p := n.Properties[name]
		if inner.Kind() == reflect.Slice && p != nil {
			inner, p = inner.Elem(), p.Items
		}
		if p != nil && len(p.Properties) > 0 {
			compareKeys(t, at+"."+name, p, inner)
		}
	}
	slices.Sort(have)
	slices.Sort(want)
	if !slices.Equal(have, want) {
		t.Errorf("%s: the schema has %q, the type %q", at, have, want)
	}
}

// keys returns the fields of a struct that are keys, those of inlined ones too.
func keys(typ reflect.Type) []reflect.StructField {
	var out []reflect.StructField
	for i := range typ.NumField() {
		switch f := typ.Field(i); f.Tag.Get("yaml") {
		case "-":
		case ",inline":
			out = append(out, keys(f.Type)...)
		default:
			out = append(out, f)
		}
	}
	return out
}

func TestSchemaListsTheRules(t *testing.T) {
	want := []string{"*"}
	for _, r := range rules.All() {
		want = append(want, r.Name)
	}
	if have := readSchema(t).Defs["rule"].Enum; !slices.Equal(have, want) {
		t.Errorf("the schema has the rules %q, not %q", have, want)
	}
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every example of the manual is a file that Parse and the schema accept.
func TestManual(t *testing.T) {
	text, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	schema := compileSchema(t)
	blocks := strings.Split(string(text), "```yaml\n")[1:]
	for _, b := range blocks {
		example, _, _ := strings.Cut(b, "```")
		if _, err := Parse("example", []byte(example)); err != nil {
			t.Errorf("%v in\n%s", err, example)
		}
		var doc any
		if err := yaml.Unmarshal([]byte(example), &doc); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%v in\n%s", err, example)
		}
	}
	for key := range readSchema(t).Properties {
		if !strings.Contains(string(text), "\n"+key+":") {
			t.Errorf("the manual has no example of %s", key)
		}
	}
}
