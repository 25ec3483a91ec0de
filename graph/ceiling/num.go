package ceiling

import (
	"encoding/json"
	"fmt"
	"math"
)

// A Num is a number, or the name of an Unknown that stands for one.
type Num struct {
	Value float64
	Name  string // of the Unknown; "" if Value counts
}

// Of returns the Num of a known value.
func Of(v float64) Num { return Num{Value: v} }

// UnmarshalJSON reads a number or a string; null leaves the Num as it is. It
// returns an error for anything else.
func (n *Num) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &n.Name)
	}
	if err := json.Unmarshal(data, &n.Value); err != nil {
		return fmt.Errorf("%s is neither a number nor the name of an unknown", data)
	}
	return nil
}

// MarshalJSON writes what UnmarshalJSON reads.
func (n Num) MarshalJSON() ([]byte, error) {
	if n.Name != "" {
		return json.Marshal(n.Name)
	}
	return json.Marshal(n.Value)
}

// A Value is a rate or a ratio of a result. Infinity means that there is none,
// such as the bound of a path that nothing bounds, and is null in JSON.
type Value float64

// None is the Value that stands for "no bound".
func None() Value { return Value(math.Inf(1)) }

// Finite reports whether there is a value.
func (v Value) Finite() bool { return !math.IsInf(float64(v), 0) && !math.IsNaN(float64(v)) }

// MarshalJSON writes null for what is not finite.
func (v Value) MarshalJSON() ([]byte, error) {
	if !v.Finite() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(v))
}

// UnmarshalJSON reads a number or null.
func (v *Value) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*v = None()
		return nil
	}
	return json.Unmarshal(data, (*float64)(v))
}
