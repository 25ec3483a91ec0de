package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"gopkg.in/yaml.v3"
)

// A workload is what the bed reads of a Deployment or StatefulSet, so that what
// runs is what coordlint reads.
type workload struct {
	Kind     string
	Metadata struct{ Name string }
	Spec     struct {
		Replicas int
		Template struct {
			Spec struct {
				Containers []struct {
					Args []string
					Env  []struct{ Name, Value string }

					Resources struct{ Limits struct{ CPU string } }
				}
			}
		}
	}
}

// env returns the variables of the container.
func (w *workload) env() map[string]string {
	vars := map[string]string{}
	for _, v := range w.Spec.Template.Spec.Containers[0].Env {
		vars[v.Name] = v.Value
	}
	return vars
}

// cpu returns the limit of a replica in cores, as it is written; "" for none.
func (w *workload) cpu() string { return w.Spec.Template.Spec.Containers[0].Resources.Limits.CPU }

// manifests are the workloads of the system by name.
type manifests struct{ byName map[string]*workload }

func readManifests(dir string) (*manifests, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	m := &manifests{map[string]*workload{}}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		dec := yaml.NewDecoder(bytes.NewReader(data))
		for {
			var w workload
			if err := dec.Decode(&w); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			if len(w.Spec.Template.Spec.Containers) == 1 {
				m.byName[w.Metadata.Name] = &w
			}
		}
	}
	return m, nil
}

// host finds host and port in an address.
var host = regexp.MustCompile(`\b([a-z-]+):\d+`)

// needs lists the services whose addresses a service is given, those that they
// need included.
func (m *manifests) needs(service string) []string {
	var list []string
	for _, value := range m.byName[service].env() {
		for _, found := range host.FindAllStringSubmatch(value, -1) {
			if w := m.byName[found[1]]; w != nil && w.Kind == "Deployment" && !slices.Contains(list, found[1]) {
				list = append(list, m.needs(found[1])...)
				list = append(list, found[1])
			}
		}
	}
	return list
}
