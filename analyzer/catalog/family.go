package catalog

import "strings"

// family returns the entry of a symbol that belongs to a family of generated
// clients, which are too many to list: AWS services, Google Cloud's apiv1
// clients, Kubernetes' typed clients, and Redis commands. It returns nil for
// others.
func (c *Catalog) family(symbol string) *Entry {
	typ, method, ok := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(symbol, "("), "*"), ").")
	if !ok || method == "" || method[0] < 'A' || method[0] > 'Z' {
		return nil
	}
	dot := strings.LastIndexByte(typ, '.')
	if dot < 0 {
		return nil
	}
	path, name := typ[:dot], typ[dot+1:]
	if rest, ok := strings.CutPrefix(path, "github.com/aws/aws-sdk-go-v2/service/"); ok && name == "Client" && method != "Options" {
		return remote(symbol, HTTPCall, "aws:"+rest, Args{{"ctx", 0}, {"input", 1}})
	}
	if rest, ok := strings.CutPrefix(path, "github.com/aws/aws-sdk-go/service/"); ok && !strings.HasSuffix(method, "Request") {
		service, _, _ := strings.Cut(rest, "/")
		if strings.HasSuffix(method, "WithContext") {
			return remote(symbol, HTTPCall, "aws:"+service, Args{{"ctx", 0}, {"input", 1}})
		}
		return remote(symbol, HTTPCall, "aws:"+service, Args{{"input", 0}})
	}
	if rest, ok := strings.CutPrefix(path, "cloud.google.com/go/"); ok && strings.Contains(rest, "/apiv") && strings.HasSuffix(name, "Client") {
		if method == "Close" || method == "Connection" {
			return nil
		}
		service, _, _ := strings.Cut(rest, "/")
		return remote(symbol, RPCCall, "gcp:"+service, Args{{"ctx", 0}, {"req", 1}})
	}
	if (name == "cmdable" || strings.HasSuffix(name, "Cmdable")) && (strings.Contains(path, "go-redis") || strings.HasPrefix(path, "gopkg.in/redis")) {
		return c.redis(symbol, path, method)
	}
	if typedClient(path) || strings.HasPrefix(path, "k8s.io/client-go/dynamic") || strings.HasPrefix(path, "k8s.io/client-go/gentype") {
		switch method {
		case "Get", "List", "Create", "Update", "UpdateStatus", "Patch", "Delete", "DeleteCollection", "Watch", "Apply", "ApplyStatus":
			return remote(symbol, HTTPCall, "kubernetes", Args{{"ctx", 0}})
		}
	}
	return nil
}

// typedClient reports whether a package is one of client-go's, or of a
// generated clientset, for the objects of one API group; those for tests talk
// to nobody.
func typedClient(path string) bool {
	before, _, ok := strings.Cut(path, "/typed/")
	return ok && !strings.HasSuffix(path, "/fake") && (before == "k8s.io/client-go/kubernetes" || strings.Contains(before, "/clientset"))
}

func remote(symbol string, role Role, technology string, args Args) *Entry {
	return &Entry{Symbol: symbol, Kind: Method, Role: role, Technology: technology, Sync: true, Args: args}
}

// redisRoles are the roles of what RedisCommand tells.
var redisRoles = [...]struct {
	op   string
	role Role
	as   string
}{
	{"read", CacheRead, ""}, {"write", CacheWrite, ""}, {"sequence", Sequence, ""}, {"cas", DLock, "cas"}, {"publish", Publish, ""}, {"consume", Consume, "poll"},
}

// redis returns the entry of a method of go-redis that is named for a command.
// From version 8 on the first argument is a context.
func (c *Catalog) redis(symbol, path, method string) *Entry {
	op := c.RedisCommand(method)
	args := Args{{"key", 0}}
	if _, version := splitVersion(path); version >= 8 {
		args = Args{{"ctx", 0}, {"key", 1}}
	}
	for _, r := range redisRoles {
		if r.op == op {
			e := remote(symbol, r.role, "redis", args)
			e.Op = r.as
			return e
		}
	}
	return nil
}
