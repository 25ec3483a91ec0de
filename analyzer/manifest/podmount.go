package manifest

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/coordlint/coordlint/graph"
)

// mounts lists the files that a volume puts into a container.
func (r *reader) mounts(ns string, v *corev1.Volume, m corev1.VolumeMount, site graph.Site) []Mount {
	var out []Mount
	add := func(kind, name string, keys []corev1.KeyToPath) {
		from := strings.ToLower(kind) + " " + name
		c := r.set.config(kind, ns, name)
		if c == nil {
			out = append(out, Mount{Path: m.MountPath, From: from, Volume: v.Name, Site: site, Dir: m.SubPath == ""})
			return
		}
		for _, i := range c.Items {
			file := i.Key
			if len(keys) > 0 {
				at := slices.IndexFunc(keys, func(k corev1.KeyToPath) bool { return k.Key == i.Key })
				if at < 0 {
					continue
				}
				file = keys[at].Path
			}
			where := path.Join(m.MountPath, file)
			if sub := path.Clean(m.SubPath); m.SubPath != "" && sub != "." {
				rest, ok := strings.CutPrefix(file, sub)
				if !ok || rest != "" && rest[0] != '/' {
					continue
				}
				where = path.Join(m.MountPath, rest)
			}
			out = append(out, Mount{Path: where, Content: i.Value, Known: !i.Binary, From: from, Volume: v.Name, Site: i.Site})
		}
	}
	switch {
	case v.ConfigMap != nil:
		add("ConfigMap", v.ConfigMap.Name, v.ConfigMap.Items)
	case v.Secret != nil:
		add("Secret", v.Secret.SecretName, v.Secret.Items)
	case v.Projected != nil:
		for _, s := range v.Projected.Sources {
			if s.ConfigMap != nil {
				add("ConfigMap", s.ConfigMap.Name, s.ConfigMap.Items)
			}
			if s.Secret != nil {
				add("Secret", s.Secret.Name, s.Secret.Items)
			}
		}
	default:
		out = append(out, Mount{Path: m.MountPath, From: "volume", Volume: v.Name, Dir: true, Site: site})
	}
	return out
}

func podVolume(v *corev1.Volume) (Volume, bool) {
	out := Volume{Name: v.Name}
	switch {
	case v.PersistentVolumeClaim != nil:
		out.Kind, out.Claim = "claim", v.PersistentVolumeClaim.ClaimName
	case v.Ephemeral != nil && v.Ephemeral.VolumeClaimTemplate != nil:
		out.Kind, out.PerPod = "ephemeral", true
		out.Modes = modes(v.Ephemeral.VolumeClaimTemplate.Spec.AccessModes)
	case v.HostPath != nil:
		out.Kind = "hostPath"
	case v.EmptyDir != nil:
		out.Kind, out.PerPod = "emptyDir", true
	case v.NFS != nil:
		out.Kind = "nfs"
	default:
		return out, false
	}
	return out, true
}

func modes(list []corev1.PersistentVolumeAccessMode) []string {
	var out []string
	for _, m := range list {
		out = append(out, string(m))
	}
	return out
}

func storage(list corev1.ResourceList, site graph.Site) *graph.Quantity {
	q, ok := list[corev1.ResourceStorage]
	if !ok {
		return nil
	}
	return graph.Exact(q.AsApproximateFloat64(), graph.Declared, site, "")
}
