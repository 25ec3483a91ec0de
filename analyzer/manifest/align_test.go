package manifest

import (
	"testing"
)

// TestAlign wants the place in the template of what stands in the rendered
// text: the text's own place, the place of the action that gave it, or the
// line of the action that gave the whole line.
func TestAlign(t *testing.T) {
	template := "metadata:\n  name: {{ .Release.Name }}-api\n  labels:\n    {{- include \"labels\" . | nindent 4 }}\nspec:\n  {{- if .on }}\n  replicas: 3\n  {{- end }}\n  list:\n" +
		"  {{- range .list }}\n  - {name: {{ .name }}, value: fixed}\n  {{- end }}\n"
	rendered := "metadata:\n  name: shop-api\n  labels:\n    app: shop\n    tier: web\nspec:\n  replicas: 3\n  list:\n  - {name: a, value: fixed}\n  - {name: b, value: fixed}\n"
	at := align("t.yaml", template, rendered)
	for _, c := range []struct {
		line, col int
		want      string
	}{
		{1, 1, "t.yaml:1:1"},
		{2, 3, "t.yaml:2:3"},   // a key
		{2, 9, "t.yaml:2:9"},   // a value that an action begins
		{4, 10, "t.yaml:4:5"},  // a line that include gives
		{5, 5, "t.yaml:4:5"},   // its second line
		{7, 13, "t.yaml:7:13"}, // inside of a condition
		{9, 12, "t.yaml:11:12"},
		{10, 12, "t.yaml:11:12"}, // the loop's second round
		{10, 22, "t.yaml:11:12"}, // past the action: where the line begins to differ
		{99, 1, "t.yaml"},
	} {
		if got := at(c.line, c.col).String(); got != c.want {
			t.Errorf("%d:%d = %s, want %s", c.line, c.col, got, c.want)
		}
	}
}
