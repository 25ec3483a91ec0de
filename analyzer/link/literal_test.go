package link

import "testing"

func TestLiteralField(t *testing.T) {
	const typ = `struct{example.com/conf/v3.Version; Web struct{Host string "conf:\"default:0.0.0.0:3000; a\""; Wait time.Duration}; Keys map[string]struct{A, B int}; On func(a int, b string) error; *net/http.Client "json:\"-\""}`
	for _, c := range []struct{ name, typ, tag string }{
		{"Version", "example.com/conf/v3.Version", ""},
		{"Web", `struct{Host string "conf:\"default:0.0.0.0:3000; a\""; Wait time.Duration}`, ""},
		{"Keys", "map[string]struct{A, B int}", ""},
		{"On", "func(a int, b string) error", ""},
		{"Client", "*net/http.Client", `json:"-"`},
	} {
		f, ok := literalField(typ, c.name)
		if !ok || f.Type != c.typ || f.Tag != c.tag {
			t.Errorf("%s: %+v, %t", c.name, f, ok)
		}
		if c.name == "Web" {
			if host, ok := literalField(f.Type, "Host"); !ok || host.Tag != `conf:"default:0.0.0.0:3000; a"` || host.Type != "string" {
				t.Errorf("Host: %+v, %t", host, ok)
			}
		}
	}
	for _, name := range []string{"Wait", "A", "", "nothing"} {
		if f, ok := literalField(typ, name); ok {
			t.Errorf("%q is no field, got %+v", name, f)
		}
	}
	for _, typ := range []string{"", "struct{", "struct{}", `struct{"`, "int", "struct{A}}"} {
		literalField(typ, "B")
	}
}
