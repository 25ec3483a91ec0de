package ceiling

import "encoding/json"

// stepOut is stepJSON with steps in place of raw JSON.
type stepOut struct {
	CPU    *Num   `json:"cpu_ms,omitempty"`
	Wait   *Num   `json:"wait_ms,omitempty"`
	Use    string `json:"use,omitempty"`
	Hold   string `json:"hold,omitempty"`
	Call   string `json:"call,omitempty"`
	Async  string `json:"async,omitempty"`
	Do     string `json:"do,omitempty"`
	Limit  string `json:"limit,omitempty"`
	Repeat *Num   `json:"repeat,omitempty"`
	Prob   *Num   `json:"prob,omitempty"`
	Each   *Num   `json:"parallel_each,omitempty"`
	Either *Num   `json:"either,omitempty"`

	Ways    [][]*Step  `json:"ways,omitempty"`
	Par     [][]*Step  `json:"par,omitempty"`
	Retry   *retryJSON `json:"retry,omitempty"`
	MS      *Num       `json:"ms,omitempty"`
	Timeout *Num       `json:"timeout_ms,omitempty"`
	AtMost  *Num       `json:"at_most,omitempty"`
	Miss    bool       `json:"miss,omitempty"`
	Site    string     `json:"site,omitempty"`
	Steps   []*Step    `json:"steps,omitempty"`
}

// MarshalJSON writes the step in the form that Decode reads, with its site.
func (s *Step) MarshalJSON() ([]byte, error) {
	out := stepOut{Timeout: s.Timeout, AtMost: s.AtMost, Miss: s.Miss, Site: s.Site.String(),
		Steps: s.Steps}
	switch s.Kind {
	case StepCPU:
		out.CPU = &s.MS
	case StepWait:
		out.Wait = &s.MS
	case StepUse:
		out.Use, out.MS = s.Target, &s.MS
	case StepHold:
		out.Hold = s.Target
	case StepCall:
		out.Call = s.Target
	case StepAsync:
		out.Async = s.Target
	case StepDo:
		out.Do = s.Target
	case StepLimit:
		out.Limit = s.Target
	case StepRepeat:
		out.Repeat = &s.N
	case StepProb:
		out.Prob = &s.N
	case StepEach:
		out.Each = &s.N
	case StepPar:
		out.Par = s.Branches
	case StepEither:
		out.Either, out.Ways = &s.N, s.Branches
	case StepRetry:
		out.Retry = &retryJSON{&s.Retry.Attempts, s.Retry.FailProb, s.Retry.Backoff}
	}
	return json.Marshal(out)
}
