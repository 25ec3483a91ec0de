package ceiling

import (
	"bytes"
	"encoding/json"
)

// A Named is one value of an object whose keys are names of the model.
type Named[T any] struct {
	Name  string
	Value T
}

// NamedList is an object with keys in a fixed order. In JSON it is an object.
type NamedList[T any] []Named[T]

// Get returns the value of a name, and whether there is one.
func (l NamedList[T]) Get(name string) (value T, ok bool) {
	for _, n := range l {
		if n.Name == name {
			return n.Value, true
		}
	}
	return value, false
}

// MarshalJSON writes an object.
func (l NamedList[T]) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, n := range l {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(n.Name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(n.Value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads an object and keeps the order of its keys.
func (l *NamedList[T]) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if _, err := dec.Token(); err != nil {
		return err
	}
	*l = nil
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		var n Named[T]
		n.Name, _ = key.(string)
		if err := dec.Decode(&n.Value); err != nil {
			return err
		}
		*l = append(*l, n)
	}
	return nil
}
