package manifest

import (
	_ "embed"
	"path"
	"strings"
)

//go:embed images.txt
var imageTable string

// repository returns an image's name without tag and digest.
func repository(image string) string {
	image, _, _ = strings.Cut(image, "@")
	if i := strings.LastIndexByte(image, ':'); i > strings.LastIndexByte(image, '/') {
		image = image[:i]
	}
	return image
}

// known says what a published image is: the technology of a store or broker,
// or why it is a part of the platform. Both are "" for other images.
func known(image string) (infra, platform string) {
	repo := strings.ToLower(repository(image))
	base := path.Base(repo)
	if repo == "" {
		return "", ""
	}
	for line := range strings.Lines(imageTable) {
		words := strings.Fields(line)
		if len(words) < 3 || words[0][0] == '#' {
			continue
		}
		for _, pattern := range words[2:] {
			name, whole, ok := strings.Cut(pattern, ":")
			if !glob(name, base) || ok && !globPath(whole, repo) {
				continue
			}
			if words[0] == "infra" {
				return words[1], ""
			}
			return "", words[1]
		}
	}
	return "", ""
}

func glob(pattern, s string) bool {
	ok, err := path.Match(pattern, s)
	return ok && err == nil
}

// globPath matches a pattern whose * also stand for slashes.
func globPath(pattern, s string) bool {
	return glob(strings.ReplaceAll(pattern, "/", "\x00"), strings.ReplaceAll(s, "/", "\x00"))
}
