package link

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/graph"
)

func TestAnswersAndNeeds(t *testing.T) {
	const file = "testdata/needs_answers.txtar"
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(showNeeds(linked(t, archive)), "\n") + "\n"
	want := &archive.Files[slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })]
	if *rewrite {
		want.Data = []byte(got)
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(want.Data) != got {
		t.Errorf("got\n%swant\n%s", got, want.Data)
	}
}

func showNeeds(sys *graph.System) []string {
	var out []string
	type state struct{ miss, held bool }
	for _, e := range sys.Endpoints {
		graph.Walk(e.Body, state{}, func(p *graph.Place, k state) (state, bool) {
			s := p.Step
			k.miss = k.miss || s.Hit
			k.held = k.held || s.Kind == graph.Hold && s.Lock.Kind == "transaction"
			if s.Kind != graph.Call {
				return k, true
			}
			line := fmt.Sprintf("%s #%d %s: %s %s needs %v", e.Name, s.ID, s.Operation, s.Effect, s.Answer, s.Needs)
			if len(s.OnError) > 0 {
				line += fmt.Sprintf(" after failure of %v", s.OnError)
			}
			if !s.AnswerAt.IsZero() {
				line += fmt.Sprintf(" at line %d", s.AnswerAt.Line)
			}
			for _, fact := range []struct {
				holds bool
				text  string
			}{{k.held, " held"}, {s.Tx, " tx"}, {k.miss, " miss"}} {
				if fact.holds {
					line += fact.text
				}
			}
			out = append(out, line)
			return k, true
		})
	}
	return out
}

func TestCounterColumns(t *testing.T) {
	for _, test := range []struct{ name, sql, want string }{
		{"mysql", "CREATE TABLE `user` (\n  `id` bigint NOT NULL AUTO_INCREMENT,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB AUTO_INCREMENT=7;", "user.id:2"},
		{"serial", "create table if not exists public.orders (\n\tid bigserial primary key,\n\tname text\n);", "orders.id:2"},
		{"one line", "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n int);", "t.id:1"},
		{"identity", "CREATE TABLE t (\n id int GENERATED ALWAYS AS IDENTITY\n);", "t.id:2"},
		{"uuid", "CREATE TABLE t (\n id uuid PRIMARY KEY\n);", ""},
		{"comment", "-- a serial number\nCREATE TABLE t (\n id uuid -- no serial here\n);", ""},
	} {
		var got []string
		for _, c := range counterColumns([]File{{Path: "a.sql", Content: test.sql}}) {
			got = append(got, fmt.Sprintf("%s.%s:%d", c.table, c.column, c.site.Line))
		}
		if s := strings.Join(got, " "); s != test.want {
			t.Errorf("%s: got %q, want %q", test.name, s, test.want)
		}
	}
}

func TestEffectOfName(t *testing.T) {
	for name, want := range map[string]graph.Effect{
		"GetCart": graph.Read, "listOrders": graph.Read, "Convert": graph.Read, "OrderDetail": graph.Read,
		"Charge": graph.Write, "PlaceOrder": graph.Write, "SettleUp": graph.EffectUnknown, "IssueCard": graph.Write, "Isolate": graph.EffectUnknown,
	} {
		if got := effectOfName(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
