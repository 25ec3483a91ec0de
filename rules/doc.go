package rules

import "embed"

//go:embed doc/*.md
var pages embed.FS

// Doc returns the rule's manual page in Markdown: what it finds, why that
// limits scale, a bad and a good example, when to ignore it, and what it
// cannot see.
func (r *Rule) Doc() string {
	text, ok := Page(r.Name)
	if !ok {
		panic("internal error: rule " + r.Name + " has no manual page")
	}
	return text
}

// Page returns the manual page of a rule, or of "directive", in Markdown. It
// reports false where there is none of that name.
func Page(name string) (string, bool) {
	if name != DirectiveRule && Find(name) == nil {
		return "", false
	}
	text, err := pages.ReadFile("doc/" + name + ".md")
	return string(text), err == nil
}
