package ceiling

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Decode reads one case of the schema "coordlint-ceiling-cases/1". What a case
// leaves out has the meaning that is least specific: one replica, no scaler, no
// bound on concurrency, CPU not modelled, no failed attempts. Keys that the
// schema does not know are ignored, but a step must have exactly one kind.
// Names are checked by Solve.
func Decode(data []byte) (*Model, error) {
	var m Model
	if err := unmarshal(data, &m); err != nil {
		if id := idOf(data); id != "" {
			return nil, fmt.Errorf("case %s: %w", id, err)
		}
		return nil, fmt.Errorf("case: %w", err)
	}
	return &m, nil
}

// idOf returns the id of a case that cannot be decoded; "" if it has none.
func idOf(data []byte) string {
	var c struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(data, &c) != nil {
		return ""
	}
	return strings.Trim(string(c.ID), `"`)
}

// unmarshal is json.Unmarshal with errors that name no types of Go.
func unmarshal(data []byte, to any) error {
	err := json.Unmarshal(data, to)
	typ, ok := err.(*json.UnmarshalTypeError)
	if !ok {
		return err
	}
	want := "a number"
	switch typ.Type.Kind() {
	case reflect.String:
		want = "text"
	case reflect.Bool:
		want = "true or false"
	case reflect.Slice, reflect.Array:
		want = "a list"
	case reflect.Struct, reflect.Map:
		want = "keys with values"
	}
	at := ""
	if typ.Field != "" {
		at = typ.Field + ": "
	}
	return fmt.Errorf("%swant %s, not %s", at, want, typ.Value)
}

// UnmarshalJSON reads a service and fills in what it leaves out.
func (s *Service) UnmarshalJSON(data []byte) error {
	type plain Service
	*s = Service{Replicas: Of(1), Scalable: true}
	if err := unmarshal(data, (*plain)(s)); err != nil {
		return fmt.Errorf("service %s: %w", s.ID, err)
	}
	return nil
}

// UnmarshalJSON reads a resource. Without a scope it is per replica if it
// names the service that it belongs to, else global.
func (r *Resource) UnmarshalJSON(data []byte) error {
	type plain Resource
	if err := unmarshal(data, (*plain)(r)); err != nil {
		return fmt.Errorf("resource %s: %w", r.ID, err)
	}
	if r.Scope == "" {
		r.Scope = Global
		if r.Of != "" {
			r.Scope = PerReplica
		}
	}
	return nil
}

// UnmarshalJSON reads an operation. Errors name the step.
func (o *Operation) UnmarshalJSON(data []byte) error {
	var raw struct {
		ID      string            `json:"id"`
		Service string            `json:"service"`
		Inline  bool              `json:"inline"`
		Steps   []json.RawMessage `json:"steps"`
	}
	if err := unmarshal(data, &raw); err != nil {
		return fmt.Errorf("operation %s: %w", raw.ID, err)
	}
	steps, err := decodeSteps(raw.Steps, "steps")
	if err != nil {
		return fmt.Errorf("operation %s: %w", raw.ID, err)
	}
	*o = Operation{ID: raw.ID, Service: raw.Service, Inline: raw.Inline, Steps: steps}
	return nil
}

func decodeSteps(list []json.RawMessage, at string) ([]*Step, error) {
	var steps []*Step
	for i, data := range list {
		s, err := decodeStep(data, fmt.Sprintf("%s[%d]", at, i))
		if err != nil {
			return nil, err
		}
		steps = append(steps, s)
	}
	return steps, nil
}

// stepJSON is the JSON form of a Step: the key of its kind and its operands.
type stepJSON struct {
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

	Par   [][]json.RawMessage `json:"par,omitempty"`
	Ways  [][]json.RawMessage `json:"ways,omitempty"` // of either
	Retry *retryJSON          `json:"retry,omitempty"`

	MS      *Num              `json:"ms,omitempty"`
	Timeout *Num              `json:"timeout_ms,omitempty"`
	AtMost  *Num              `json:"at_most,omitempty"`
	Miss    bool              `json:"miss,omitempty"`
	Steps   []json.RawMessage `json:"steps,omitempty"`
}

type retryJSON struct {
	Attempts *Num  `json:"attempts"`
	FailProb Num   `json:"fail_prob"`
	Backoff  []Num `json:"backoff_ms,omitempty"`
}

func decodeStep(data json.RawMessage, at string) (*Step, error) {
	kind, err := stepKind(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	var raw stepJSON
	if err := unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	s := &Step{Kind: kind, Timeout: raw.Timeout, AtMost: raw.AtMost, Miss: raw.Miss}
	s.Target = raw.Use + raw.Hold + raw.Call + raw.Async + raw.Do + raw.Limit // one of them is set
	number := map[StepKind]*Num{StepCPU: raw.CPU, StepWait: raw.Wait, StepUse: raw.MS}
	if n, ok := number[kind]; ok && n != nil {
		s.MS = *n
	} else if ok {
		return nil, fmt.Errorf("%s: %s without its time in ms", at, kind)
	}
	count := map[StepKind]*Num{StepRepeat: raw.Repeat, StepProb: raw.Prob, StepEach: raw.Each, StepEither: raw.Either}
	if n, ok := count[kind]; ok && n != nil {
		s.N = *n
	} else if ok {
		return nil, fmt.Errorf("%s: %s without a number", at, kind)
	}
	if kind == StepRetry {
		if raw.Retry == nil || raw.Retry.Attempts == nil {
			return nil, fmt.Errorf("%s: retry without attempts", at)
		}
		s.Retry = Retry{*raw.Retry.Attempts, raw.Retry.FailProb, raw.Retry.Backoff}
	}
	for i, branch := range append(raw.Par, raw.Ways...) {
		steps, err := decodeSteps(branch, fmt.Sprintf("%s.%s[%d]", at, kind, i))
		if err != nil {
			return nil, err
		}
		s.Branches = append(s.Branches, steps)
	}
	s.Steps, err = decodeSteps(raw.Steps, at+".steps")
	return s, err
}

func stepKind(data json.RawMessage) (StepKind, error) {
	var keys map[string]json.RawMessage
	if err := unmarshal(data, &keys); err != nil {
		return "", err
	}
	var found []StepKind
	for _, k := range []StepKind{StepCPU, StepWait, StepUse, StepHold, StepCall, StepAsync, StepDo, StepLimit,
		StepRepeat, StepProb, StepEither, StepPar, StepEach, StepRetry} {
		if _, ok := keys[string(k)]; ok {
			found = append(found, k)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	var names []string
	for k := range keys {
		names = append(names, k)
	}
	slices.Sort(names)
	return "", fmt.Errorf("a step has exactly one kind; this has %d (keys: %s)", len(found), strings.Join(names, ", "))
}
