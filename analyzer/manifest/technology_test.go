package manifest

import "testing"

func TestKnownImages(t *testing.T) {
	for _, c := range []struct{ image, infra, platform string }{
		{"postgres", "postgres", ""},
		{"docker.io/bitnami/postgresql:16.2.0-debian-12", "postgres", ""},
		{"registry.example.com:5000/mirror/redis@sha256:0a1b", "redis", ""},
		{"public.ecr.aws/aws-dynamodb-local/aws-dynamodb-local:1.25.1", "dynamodb", ""},
		{"mcr.microsoft.com/mssql/server:2022-latest", "mssql", ""},
		{"jaegertracing/all-in-one:1.57", "", "telemetry"},
		{"registry.k8s.io/ingress-nginx/controller:v1", "", "proxy"},
		{"example.com/shop/all-in-one:1", "", ""},
		{"example.com/shop/controller:1", "", ""},
		{"example.com/shop/checkout:v3", "", ""},
		{"", "", ""},
	} {
		if infra, platform := known(c.image); infra != c.infra || platform != c.platform {
			t.Errorf("known(%s) = %q, %q; want %q, %q", c.image, infra, platform, c.infra, c.platform)
		}
	}
}
