package rules_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/rules"
)

func TestManualPages(t *testing.T) {
	for _, r := range rules.All() {
		page := r.Doc()
		if !strings.HasPrefix(page, "# "+r.Name+"\n") {
			t.Errorf("%s: the page begins with %q", r.Name, strings.SplitN(page, "\n", 2)[0])
		}
		if !strings.Contains(page, "["+r.Name+"]") {
			t.Errorf("%s: no message as an example", r.Name)
		}
		if !strings.Contains(page, "Dimension: "+r.Dimension+".") {
			t.Errorf("%s: the page does not say dimension %s", r.Name, r.Dimension)
		}
		at := 0
		for _, h := range []string{"What it finds", "Why it limits scale", "Bad", "Good", "When to ignore it", "What it cannot see"} {
			i := strings.Index(page[at:], "\n## "+h+"\n")
			if i < 0 {
				t.Errorf("%s: no section %q in its place", r.Name, h)
				continue
			}
			at += i
		}
	}
}

func TestPage(t *testing.T) {
	if text, ok := rules.Page(rules.DirectiveRule); !ok || !strings.HasPrefix(text, "# directive\n") {
		t.Errorf("the page of directives: %v, %.20q", ok, text)
	}
	if _, ok := rules.Page("../rules"); ok {
		t.Error("there is a page of a rule that is none")
	}
}

func TestIndexOfPages(t *testing.T) {
	index, err := os.ReadFile("../docs/rules/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules.All() {
		says := strings.Join(strings.Fields(strings.SplitN(r.Doc(), "\n\n", 3)[1]), " ")
		row := fmt.Sprintf("| [%s](../../rules/doc/%s.md) | %s | %s | %s |\n", r.Name, r.Name, r.Dimension, r.Severity, says)
		if !strings.Contains(string(index), row) {
			t.Errorf("docs/rules/README.md lacks the row\n%s", row)
		}
	}
}
