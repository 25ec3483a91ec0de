package measured

import (
	"bufio"
	"encoding/json"
	"io"
)

// Write writes the file, one entry a line, so that a difference between two of
// them is one of lines, and a line is where a number stands.
func (f *File) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	b.WriteString("{\n  \"version\": 1,\n  \"sources\": [")
	if err := lines(b, f.Sources); err != nil {
		return err
	}
	b.WriteString("],\n  \"times\": [")
	if err := lines(b, f.Times); err != nil {
		return err
	}
	b.WriteString("]\n}\n")
	return b.Flush()
}

func lines[T any](b *bufio.Writer, list []T) error {
	for i, one := range list {
		text, err := json.Marshal(one)
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n    ")
		b.Write(text)
	}
	if len(list) > 0 {
		b.WriteString("\n  ")
	}
	return nil
}
