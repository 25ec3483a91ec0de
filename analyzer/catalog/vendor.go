package catalog

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"sync"
)

// A Vendor is a company's or product's service behind an HTTP interface, and
// the module of its client library. Such libraries have too many methods to
// list: what a call of one means is told by its shape, see Request.
type Vendor struct {
	Module    string `json:"module"`              // prefix of import paths, whole elements, without a major version
	Name      string `json:"name"`                // what the resource is called
	Host      string `json:"host,omitempty"`      // where requests go; "" where the system runs it itself
	Plain     bool   `json:"plain,omitempty"`     // methods without a context are requests too
	Funcs     bool   `json:"funcs,omitempty"`     // package functions are requests too
	Do        bool   `json:"do,omitempty"`        // only the method Do of a built request is one
	Local     bool   `json:"local,omitempty"`     // answers from memory: no call is a request
	Telemetry bool   `json:"telemetry,omitempty"` // carries telemetry only

	Operations []string `json:"-"` // what the call asked for sends, "VERB /path", where the library's source was read; see Catalog.Vendor
}

var vendors = sync.OnceValues(readVendors)

func readVendors() ([]Vendor, error) {
	b, err := data.ReadFile("data/vendors.json")
	if err != nil {
		return nil, err
	}
	var rows []Vendor
	if err := json.Unmarshal(b, &rows); err != nil {
		return nil, fmt.Errorf("catalog data/vendors.json: %w", err)
	}
	sort.SliceStable(rows, func(i, j int) bool { return len(rows[i].Module) > len(rows[j].Module) })
	return rows, nil
}

// vendorOperations are the requests that calls of vendors' libraries send, by
// symbol without major versions: the one that the call is for first, then what
// it needs (a token, a certificate). They are what the URLs and verbs in
// the libraries' source say, their parameters as {}.
var vendorOperations = sync.OnceValues(func() (map[string][]string, error) {
	b, err := data.ReadFile("data/vendor-operations.json")
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Call       string   `json:"call"`
		Operations []string `json:"operations"`
	}
	if err := json.Unmarshal(b, &rows); err != nil {
		return nil, fmt.Errorf("catalog data/vendor-operations.json: %w", err)
	}
	known := make(map[string][]string, len(rows))
	for _, r := range rows {
		known[r.Call] = r.Operations
	}
	return known, nil
})

// Vendor returns the vendor whose client library declares a function or
// method, with what a call of it is known to send.
func (c *Catalog) Vendor(symbol string) (Vendor, bool) {
	rows, err := vendors()
	if err != nil {
		return Vendor{}, false // a test rules this out
	}
	kind := Func
	if strings.HasPrefix(symbol, "(") {
		kind = Method
	}
	pkg := packageOf(symbol, kind)
	bare := unversioned(pkg)
	for _, v := range rows {
		for _, path := range []string{pkg, bare} {
			if rest, ok := strings.CutPrefix(path, v.Module); ok && (rest == "" || rest[0] == '/') {
				v.Operations = vendorSends(symbol)
				return v, true
			}
		}
	}
	return Vendor{}, false
}

// vendorSends returns what a call of a vendor's library is known to send.
func vendorSends(symbol string) []string {
	known, err := vendorOperations()
	if err != nil {
		return nil // a test rules this out
	}
	return known[unversioned(bareSymbol(symbol))]
}

// Request reports whether a call of the vendor's library sends a request: it is
// known to, or has the shape of one: it may fail (the last result is an error) and it is given a
// context, or it is a method of a library that knows no contexts. What
// constructs, encodes, signs and checks is none.
func (v Vendor) Request(symbol string, ctx, fails bool) bool {
	if v.Local || v.Telemetry {
		return false
	}
	if len(v.Operations) > 0 {
		return true
	}
	if !fails {
		return false
	}
	method := strings.HasPrefix(symbol, "(")
	name := symbol[strings.LastIndexByte(symbol, '.')+1:]
	switch {
	case v.Do:
		return method && name == "Do"
	case method && ctx:
		return !localName(name)
	case method:
		return v.Plain && !localName(name) || executes(name)
	}
	return (v.Funcs || ctx) && !localName(name) && (v.Funcs || !strings.HasPrefix(name, "New"))
}

// executes reports whether a method's name says that it sends a request that
// was built before.
func executes(name string) bool { return name == "Execute" || name == "Do" }

// localName reports whether the name of a function says that it does its work
// in the process.
func localName(name string) bool {
	for _, prefix := range []string{
		"With", "Set", "Must", "Parse", "Decode", "Encode", "Marshal", "Unmarshal", "Valid", "Construct", "Decrypt", "Encrypt", "Sign",
		"VerifySign", "VerifyNotify", "Write", "Read", "Scan", "UnmarshalJSON", "Format", "Hash", "Generate", "To", "From", "Is", "Has", "As", "Add", "Apply",
	} {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok || rest != "" && rest[0] >= 'a' && rest[0] <= 'z' {
			continue
		}
		switch prefix {
		case "Add", "Read", "Write", "Apply", "Generate", "Set":
			if rest == "" || rest[0] < 'A' || rest[0] > 'Z' || prefix == "Set" || prefix == "Write" {
				return prefix != "Generate" && prefix != "Add"
			}
			continue // AddComment, ReadMessages, GenerateContent are requests
		}
		return true
	}
	switch name {
	case "Close", "Error", "String", "Wait", "Validate", "Value", "Unwrap", "Shutdown", "Stop":
		return true
	}
	return strings.HasSuffix(name, "FromRequest") || strings.HasSuffix(name, "Signature") ||
		strings.HasPrefix(name, "Get") && strings.HasSuffix(name, "Error") // of an answer that is here
}
