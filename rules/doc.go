package rules

import "embed"

//go:embed doc/*.md
var pages embed.FS

// Doc returns the rule's manual page in Markdown: what it finds, why that
// limits scale, a bad and a good example, when to ignore it, and what it
// cannot see.
func (r *Rule) Doc() string {
	text, err := pages.ReadFile("doc/" + r.Name + ".md")
	if err != nil {
		panic("internal error: rule " + r.Name + " has no manual page")
	}
	return string(text)
}
