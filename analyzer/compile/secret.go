package compile

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxText is the length, in bytes, beyond which string constants are cut.
const maxText = 4096

var (
	urlSecret = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://[^\s:/@?#'"]*):([^\s@/'"]+)@`)
	dsnSecret = regexp.MustCompile(`(^|[\s'"=])([\w.-]+):([^\s@:/'"]+)@((?:tcp|tcp4|tcp6|unix|udp)?\(|[\w.-]+:\d+|[\w.-]*/)`)
	keySecret = regexp.MustCompile(`(?i)(^|[\s;&?])(password|passwd|pwd|sslpassword)=([^\s;&'"]+)`)

	// placeholder matches what stands for a password that is set elsewhere.
	placeholder = regexp.MustCompile(`^(%[-+#]?[a-z]|\$\w+|\$[{(][^})]*[})]|\{\{.*\}\}|\{\w*\}|<[^>]*>|\*+)$`)
)

// redact replaces the passwords of URLs and DSNs by ***. Placeholders stay:
// format verbs, ${NAME}, {{name}}.
func redact(s string) string {
	if !strings.ContainsAny(s, "@=") || len(s) > 1<<20 {
		return s
	}
	s = replaceGroup(urlSecret, s, 2)
	s = replaceGroup(dsnSecret, s, 3)
	if strings.Contains(s, "host=") || strings.Contains(s, "user=") || strings.Contains(s, "://") || strings.Contains(s, "server=") {
		s = replaceGroup(keySecret, s, 3)
	}
	return s
}

func replaceGroup(re *regexp.Regexp, s string, group int) string {
	var b strings.Builder
	last := 0
	for _, m := range re.FindAllStringSubmatchIndex(s, -1) {
		from, to := m[2*group], m[2*group+1]
		if placeholder.MatchString(s[from:to]) {
			continue
		}
		b.WriteString(s[last:from] + "***")
		last = to
	}
	return b.String() + s[last:]
}

// text is what is kept of a string constant: passwords are replaced, long
// texts cut, long data dropped; either ends in "…".
func text(s string) string {
	if len(s) <= maxText {
		return redact(s)
	}
	if !utf8.ValidString(s[:maxText-utf8.UTFMax]) && !utf8.ValidString(s) {
		return "…"
	}
	end := maxText
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return redact(s[:end]) + "…"
}
