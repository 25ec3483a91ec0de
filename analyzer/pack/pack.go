// Package pack writes plain data as bytes and reads it back, for caches: structs,
// slices, arrays, pointers, numbers, bools and strings, and maps with string
// keys. Fields that are not exported are left out, as by encoding/json. Equal
// data gives equal bytes. Pointers that are equal when they are written are
// equal when they are read, so that trees with shared parts stay small. Each
// string is written once, and what is read shares one text.
//
// The format has no version and does not describe itself: it is for readers
// that are the same program as the writer. The package imports nothing of this
// module.
package pack

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
)

// A Codec writes and reads values of one type. It may be used by several
// goroutines.
type Codec[T any] struct{ root *plan }

// For returns the codec of a type. It panics if the type holds what cannot be
// written: functions, channels, interfaces.
func For[T any]() *Codec[T] {
	return &Codec[T]{plans{}.of(reflect.TypeFor[T]())}
}

// Encode returns v as bytes.
func (c *Codec[T]) Encode(v *T) []byte {
	w := &writer{strings: map[string]int{}, pointers: map[any]int{}}
	c.root.write(w, reflect.ValueOf(v).Elem())
	return w.bytes()
}

var errDamaged = errors.New("pack: damaged data")

// Decode reads what Encode wrote into v. Data that is damaged is an error, and v
// is then of no use.
func (c *Codec[T]) Decode(data []byte, v *T) (err error) {
	r := &reader{data: data}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errDamaged, p)
		}
	}()
	r.table()
	c.root.read(r, reflect.ValueOf(v).Elem())
	if r.pos != len(r.data) {
		return errDamaged
	}
	return nil
}

// A writer collects the body and the strings that it names by number.
type writer struct {
	body     []byte
	strings  map[string]int
	order    []string
	pointers map[any]int
}

func (w *writer) uint(v uint64) { w.body = binary.AppendUvarint(w.body, v) }

func (w *writer) text(s string) {
	n, ok := w.strings[s]
	if !ok {
		n = len(w.order)
		w.strings[s] = n
		w.order = append(w.order, s)
	}
	w.uint(uint64(n))
}

// bytes returns the number of strings, their lengths, the strings and the body.
func (w *writer) bytes() []byte {
	out := binary.AppendUvarint(nil, uint64(len(w.order)))
	for _, s := range w.order {
		out = binary.AppendUvarint(out, uint64(len(s)))
	}
	for _, s := range w.order {
		out = append(out, s...)
	}
	return append(out, w.body...)
}

// A reader reads what a writer wrote. It panics on damaged data.
type reader struct {
	data     []byte
	pos      int
	strings  []string
	pointers []reflect.Value
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.data[r.pos:])
	if n <= 0 {
		panic("number")
	}
	r.pos += n
	return v
}

// count reads the number of things of which each takes a byte at least.
func (r *reader) count() int {
	n := r.uint()
	if n > uint64(len(r.data)-r.pos)+1 { // of slices it is one more
		panic("length")
	}
	return int(n)
}

func (r *reader) table() {
	r.strings = make([]string, r.count())
	lengths := make([]int, len(r.strings))
	total := 0
	for i := range lengths {
		lengths[i] = int(r.uint())
		if total += lengths[i]; lengths[i] < 0 || total < 0 || total > len(r.data) {
			panic("length of a string")
		}
	}
	all := string(r.data[r.pos : r.pos+total])
	r.pos += total
	for i, n := range lengths {
		r.strings[i], all = all[:n], all[n:]
	}
}
