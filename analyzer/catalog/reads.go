package catalog

import (
	"encoding/json"
	"slices"
	"strings"
)

// A Read is an environment variable that a library reads by itself, where the
// program's configuration does not say what the variable is for.
type Read struct {
	Name     string // meaning, as of an Arg: addr, dsn, host, port, database, region
	Variable string // name of the environment variable
}

// Reads are the variables of an entry, sorted by meaning.
type Reads []Read

// UnmarshalJSON reads {"meaning": "VARIABLE", ...}.
func (r *Reads) UnmarshalJSON(b []byte) error {
	var m map[string]string
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	r.from(m)
	return nil
}

// UnmarshalYAML reads meaning: VARIABLE, for catalog lines of a configuration
// file.
func (r *Reads) UnmarshalYAML(unmarshal func(any) error) error {
	var m map[string]string
	if err := unmarshal(&m); err != nil {
		return err
	}
	r.from(m)
	return nil
}

// MarshalJSON writes {"meaning": "VARIABLE", ...}.
func (r Reads) MarshalJSON() ([]byte, error) {
	m := map[string]string{}
	for _, v := range r {
		m[v.Name] = v.Variable
	}
	return json.Marshal(m)
}

func (r *Reads) from(m map[string]string) {
	*r = make(Reads, 0, len(m))
	for name, variable := range m {
		*r = append(*r, Read{name, variable})
	}
	slices.SortFunc(*r, func(x, y Read) int { return strings.Compare(x.Name, y.Name) })
}
