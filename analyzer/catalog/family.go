package catalog

import "strings"

// family returns the entry of a symbol that belongs to a family of generated
// clients, which are too many to list: AWS services, Google Cloud's apiv1
// clients, Kubernetes' typed clients. It returns nil for others.
func family(symbol string) *Entry {
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
	if strings.Contains(path, "/typed/") || strings.HasPrefix(path, "k8s.io/client-go/dynamic") || strings.HasPrefix(path, "k8s.io/client-go/gentype") {
		switch method {
		case "Get", "List", "Create", "Update", "UpdateStatus", "Patch", "Delete", "DeleteCollection", "Watch", "Apply", "ApplyStatus":
			return remote(symbol, HTTPCall, "kubernetes", Args{{"ctx", 0}})
		}
	}
	return nil
}

func remote(symbol string, role Role, technology string, args Args) *Entry {
	return &Entry{Symbol: symbol, Kind: Method, Role: role, Technology: technology, Sync: true, Args: args}
}
