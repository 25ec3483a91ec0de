package manifest

import (
	"regexp"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
)

var (
	undefined = regexp.MustCompile(`no template "([\w./-]+)" associated|template: "([\w./-]+)" not defined|template "([\w./-]+)" not defined`)
	missing   = regexp.MustCompile(`at <[^>]*?(?:index \$?\.Values((?: "[\w-]+")+)|\$?\.Values((?:\.\w+)+))[^>]*>: (?:.*nil pointer|.*untyped nil)`)
	quotedKey = regexp.MustCompile(`"([\w-]+)"`)
)

// fullname is what almost every chart's NAME.fullname gives.
const fullname = `{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride }}{{ else }}{{ $name := default .Chart.Name .Values.nameOverride }}` +
	`{{- if contains $name .Release.Name }}{{ .Release.Name }}{{ else }}{{ printf "%s-%s" .Release.Name $name }}{{ end }}{{ end }}`

// standIn makes up for what a failed rendering missed: a template of a chart
// that is not there, or a table of values that nothing declares. It reports
// whether it changed anything.
func (h *helmChart) standIn(msg string, over map[string]any) bool {
	if m := undefined.FindStringSubmatch(msg); m != nil {
		name := m[1] + m[2] + m[3]
		file := "templates/_stand-in-" + strings.ReplaceAll(name, "/", "-") + ".tpl"
		for _, t := range h.chart.Templates {
			if t.Name == file {
				return false
			}
		}
		body := ""
		switch {
		case strings.HasSuffix(name, "fullname"):
			body = fullname
		case strings.HasSuffix(name, "name"):
			body = "{{ .Chart.Name }}"
		}
		text := `{{- define "` + name + `" -}}` + body + `{{- end -}}`
		h.chart.Templates = append(h.chart.Templates, &chart.File{Name: file, Data: []byte(text)})
		return true
	}
	m := missing.FindStringSubmatch(msg)
	if m == nil {
		return false
	}
	var keys []string
	for _, k := range quotedKey.FindAllStringSubmatch(m[1], -1) {
		keys = append(keys, k[1])
	}
	if m[2] != "" {
		keys = strings.Split(strings.TrimPrefix(m[2], "."), ".")
	}
	return fill(h.chart, over, keys)
}

// fill makes tables of all but the last key of a path, where the values have
// none. It reports whether it made one.
func fill(c *chart.Chart, over map[string]any, keys []string) bool {
	made := false
	at, declared := over, c.Values
	for _, k := range keys[:len(keys)-1] {
		next, ok := at[k].(map[string]any)
		if !ok {
			if at[k] != nil {
				return false
			}
			next = map[string]any{}
			at[k] = next
			if _, ok := declared[k].(map[string]any); !ok {
				made = true
			}
		}
		declared, _ = declared[k].(map[string]any)
		at = next
	}
	return made
}
