package manifest

import (
	"os"
	"path/filepath"
	"testing"
)

// TestOutsideKinds reads descriptions of every kind that lie beside the root:
// their places bear their whole paths, and files that they mount are not known.
func TestOutsideKinds(t *testing.T) {
	dir := t.TempDir()
	const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec: {replicas: 2, template: {spec: {containers: [{name: shop, image: x/shop}]}}}\n"
	for name, text := range map[string]string{
		"compose/docker-compose.yml":   "services:\n  shop: {image: x/shop, env_file: [shop.env], volumes: ['./etc:/etc/shop'], scale: 2}\n",
		"compose/shop.env":             "LEVEL=high\n",
		"compose/etc/a.yaml":           "a: 1\n",
		"chart/Chart.yaml":             "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
		"chart/templates/d.yaml":       deployment,
		"over/kustomization.yaml":      "resources: [d.yaml]\n",
		"over/d.yaml":                  deployment,
		"plain/d.yaml":                 deployment,
		"plain/more/kustomization.yml": "resources: [gone.yaml]\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ path, kind, site string }{
		{"compose/docker-compose.yml", "compose", "compose/docker-compose.yml"},
		{"compose", "compose", "compose/docker-compose.yml"},
		{"over/kustomization.yaml", "kustomize", "over/d.yaml"},
		{"chart", "helm", "chart/templates/d.yaml"},
		{"over", "kustomize", "over/d.yaml"},
		{"plain", "yaml", "plain/d.yaml"},
		{"plain/d.yaml", "yaml", "plain/d.yaml"},
	} {
		named := filepath.Join(dir, c.path)
		set, gaps := Discover(t.TempDir(), Options{Paths: []string{named}, Mains: []string{"cmd/shop"}})
		if len(gaps) > 0 {
			t.Errorf("%s: gaps %v", c.path, gaps)
		}
		if len(set.Sources) != 1 || set.Sources[0].Name != c.kind+":"+named || len(set.Workloads) != 1 {
			t.Errorf("%s: sources %+v with %d workloads", c.path, set.Sources, len(set.Workloads))
			continue
		}
		w := set.Workloads[0]
		if w.Main() != "cmd/shop" || w.Replicas == nil || w.Replicas.Low != 2 || w.Site.File != filepath.Join(dir, c.site) || w.Site.Line == 0 {
			t.Errorf("%s: %s runs %q x%v at %s", c.path, w.ID(), w.Main(), w.Replicas, w.Site)
		}
		for _, m := range w.Containers[0].Mounts {
			if m.Source != "" || m.Known {
				t.Errorf("%s: mount %+v is known", c.path, m)
			}
		}
		if e, ok := w.Containers[0].Lookup("LEVEL"); c.kind == "compose" && (!ok || e.Value != "high" || e.Site.File != filepath.Join(dir, "compose/shop.env")) {
			t.Errorf("%s: LEVEL = %+v", c.path, e)
		}
	}
}
