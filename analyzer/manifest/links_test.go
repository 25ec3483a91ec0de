package manifest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestLinks wants nothing of what symbolic links have outside of the root, in
// any reader, and what they have inside of it.
func TestLinks(t *testing.T) {
	machine, root := t.TempDir(), t.TempDir()
	const object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {word: SECRET-OF-THE-MACHINE}\n"
	writeFile(t, filepath.Join(machine, "object.yaml"), object)
	writeFile(t, filepath.Join(machine, "words.env"), "WORD=SECRET-OF-THE-MACHINE\n")
	writeFile(t, filepath.Join(machine, "compose.yml"), "services: {secret: {image: SECRET-OF-THE-MACHINE}}\n")
	files := map[string]string{
		"compose.yml":               "include: [inc/compose.yml]\nservices:\n  a: {image: 'x:${WORD}', env_file: [words.env]}\n  b: {extends: {file: base.yml, service: secret}}\n",
		"inc/compose.yml":           "services: {c: {image: 'y:${WORD}'}}\n",
		"chart/Chart.yaml":          "apiVersion: v2\nname: c\nversion: 1.0.0\n",
		"chart/templates/a.yaml":    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: d}\ndata: {word: '{{ .Files.Get \"object.yaml\" }}{{ .Files.Get \"../../object.yaml\" }}{{ getHostByName \"example.org\" }}', near: '{{ .Files.Get \"near.txt\" }}'}\n",
		"shared/near.txt":           "within",
		"kust/kustomization.yaml":   "resources: [object.yaml]\nconfigMapGenerator: [{name: g, files: [words.env]}]\n",
		"other/kustomization.yaml":  "resources: [near.yaml]\n",
		"shared/near.yaml":          "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: near}\n",
		"third/kustomization.yaml":  "configMapGenerator: [{name: h, files: [../../etc/hostname]}]\n",
		"fourth/kustomization.yaml": "patches: [{path: object.yaml, target: {kind: ConfigMap}}]\nresources: [../shared/near.yaml]\n",
	}
	for name, text := range files {
		writeFile(t, filepath.Join(root, name), text)
	}
	for link, to := range map[string]string{
		"words.env": "words.env", "base.yml": "compose.yml", "inc/.env": "words.env", "kust/object.yaml": "object.yaml", "kust/words.env": "words.env",
		"chart/object.yaml": "object.yaml", "chart/templates/b.yaml": "object.yaml", "fourth/object.yaml": "object.yaml", "plain.yaml": "object.yaml",
	} {
		if err := os.Symlink(filepath.Join(machine, to), filepath.Join(root, link)); err != nil {
			t.Skip("no symbolic links here")
		}
	}
	os.Symlink("../shared/near.txt", filepath.Join(root, "chart/near.txt"))
	os.Symlink("../shared/near.yaml", filepath.Join(root, "other/near.yaml"))

	got := render(root, Options{Paths: []string{"compose.yml", "chart", "kust", "other", "third", "fourth", "plain.yaml"}}, nil)
	if strings.Contains(got, "SECRET-OF-THE-MACHINE") {
		t.Errorf("read outside of the root:\n%s", got)
	}
	if strings.Contains(got, machine) || strings.Contains(got, filepath.Dir(root)) {
		t.Errorf("says where the tree lies:\n%s", got)
	}
	for _, want := range []string{
		`near = "within"`, "ConfigMap near", "Compose/a",
		"gap compose.yml:3:37: compose: env_file words.env: ", "gap compose.yml:4:23: compose: base.yml: a symbolic link leads out of the root", "gap inc/.env: compose: ", "gap plain.yaml: ",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}
