package graph

// Severities of findings.
const (
	SeverityError   = "error"
	SeverityWarning = "warning"
	SeverityNote    = "note"
)

// A Finding is one occurrence of an anti-pattern, with the path that shows it.
type Finding struct {
	Rule     string   `json:"rule"`
	Severity string   `json:"severity"`
	Site     Site     `json:"site"`
	Subject  string   `json:"subject"`  // what the finding is about, in a few words
	Subjects []string `json:"subjects"` // ids of the services and resources it concerns; for chains in order
	Message  string   `json:"message"`  // one line: subject first, numbers, no advice
	Path     []Hop    `json:"path"`
	Sites    []Site   `json:"sites"` // every place of the same root cause, Site included
	Certain  bool     `json:"certain"`

	// Identity is what stays the same when lines move: rule, subjects and the
	// functions of the path. Baselines and fingerprints are made of it.
	Identity string `json:"identity"`
}

// A Hop is one line of a finding's path.
type Hop struct {
	Site    Site   `json:"site"`
	Text    string `json:"text"`
	Service string `json:"service,omitempty"`
}
