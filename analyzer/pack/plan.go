package pack

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
)

// A plan writes and reads the values of one type.
type plan struct {
	write func(*writer, reflect.Value)
	read  func(*reader, reflect.Value)
}

// plans holds the plans that are made, by type: types may hold themselves.
type plans map[reflect.Type]*plan

func (ps plans) of(t reflect.Type) *plan {
	if p := ps[t]; p != nil {
		return p
	}
	p := &plan{}
	ps[t] = p
	switch t.Kind() {
	case reflect.Bool:
		p.write = func(w *writer, v reflect.Value) { w.uint(flag(v.Bool())) }
		p.read = func(r *reader, v reflect.Value) { v.SetBool(r.uint() != 0) }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.write = func(w *writer, v reflect.Value) { w.body = binary.AppendVarint(w.body, v.Int()) }
		p.read = func(r *reader, v reflect.Value) {
			n := r.uint()
			v.SetInt(int64(n>>1) ^ -int64(n&1))
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		p.write = func(w *writer, v reflect.Value) { w.uint(v.Uint()) }
		p.read = func(r *reader, v reflect.Value) { v.SetUint(r.uint()) }
	case reflect.Float32, reflect.Float64:
		p.write = func(w *writer, v reflect.Value) { w.uint(math.Float64bits(v.Float())) }
		p.read = func(r *reader, v reflect.Value) { v.SetFloat(math.Float64frombits(r.uint())) }
	case reflect.String:
		p.write = func(w *writer, v reflect.Value) { w.text(v.String()) }
		p.read = func(r *reader, v reflect.Value) { v.SetString(r.strings[r.uint()]) }
	case reflect.Slice:
		p.slice(ps.of(t.Elem()))
	case reflect.Array:
		p.array(ps.of(t.Elem()))
	case reflect.Pointer:
		p.pointer(t, ps.of(t.Elem()))
	case reflect.Struct:
		p.structure(ps.fields(t))
	case reflect.Map:
		if t.Key().Kind() != reflect.String {
			panic(fmt.Sprintf("internal error: pack: %s", t))
		}
		p.mapping(t, ps.of(t.Elem()))
	default:
		panic(fmt.Sprintf("internal error: pack: %s", t))
	}
	return p
}

func flag(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// slice writes the length and one more, 0 being nil.
func (p *plan) slice(elem *plan) {
	p.write = func(w *writer, v reflect.Value) {
		if v.IsNil() {
			w.uint(0)
			return
		}
		w.uint(uint64(v.Len()) + 1)
		for i := range v.Len() {
			elem.write(w, v.Index(i))
		}
	}
	p.read = func(r *reader, v reflect.Value) {
		n := r.count()
		if n == 0 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), n-1, n-1))
		for i := range n - 1 {
			elem.read(r, v.Index(i))
		}
	}
}

func (p *plan) array(elem *plan) {
	p.write = func(w *writer, v reflect.Value) {
		for i := range v.Len() {
			elem.write(w, v.Index(i))
		}
	}
	p.read = func(r *reader, v reflect.Value) {
		for i := range v.Len() {
			elem.read(r, v.Index(i))
		}
	}
}

// pointer writes 0 for nil, 1 before what is met for the first time, else the
// number of the pointer and two more.
func (p *plan) pointer(t reflect.Type, elem *plan) {
	p.write = func(w *writer, v reflect.Value) {
		if v.IsNil() {
			w.uint(0)
			return
		}
		key := v.Interface()
		if n, ok := w.pointers[key]; ok {
			w.uint(uint64(n) + 2)
			return
		}
		w.pointers[key] = len(w.pointers)
		w.uint(1)
		elem.write(w, v.Elem())
	}
	p.read = func(r *reader, v reflect.Value) {
		switch n := r.uint(); n {
		case 0:
		case 1:
			v.Set(reflect.New(t.Elem()))
			r.pointers = append(r.pointers, reflect.ValueOf(v.Interface()))
			elem.read(r, v.Elem())
		default:
			v.Set(r.pointers[n-2])
		}
	}
}

func (ps plans) fields(t reflect.Type) []*plan {
	list := make([]*plan, t.NumField())
	for i := range list {
		f := t.Field(i)
		if f.IsExported() {
			list[i] = ps.of(f.Type)
		}
	}
	return list
}

// structure writes bits that say which fields are not zero, and those.
func (p *plan) structure(fields []*plan) {
	p.write = func(w *writer, v reflect.Value) {
		at := len(w.body)
		w.body = append(w.body, make([]byte, (len(fields)+7)/8)...)
		for i, f := range fields {
			if fv := v.Field(i); f != nil && !fv.IsZero() {
				w.body[at+i/8] |= 1 << (i % 8)
				f.write(w, fv)
			}
		}
	}
	p.read = func(r *reader, v reflect.Value) {
		at := r.pos
		r.pos += (len(fields) + 7) / 8
		for i, f := range fields {
			if f != nil && r.data[at+i/8]&(1<<(i%8)) != 0 {
				f.read(r, v.Field(i))
			}
		}
	}
}

// mapping writes the length and one more, 0 being nil, and the entries by key.
func (p *plan) mapping(t reflect.Type, elem *plan) {
	p.write = func(w *writer, v reflect.Value) {
		if v.IsNil() {
			w.uint(0)
			return
		}
		w.uint(uint64(v.Len()) + 1)
		values := make(map[string]reflect.Value, v.Len())
		for iter := v.MapRange(); iter.Next(); {
			values[iter.Key().String()] = iter.Value()
		}
		for _, k := range slices.Sorted(maps.Keys(values)) {
			w.text(k)
			elem.write(w, values[k])
		}
	}
	p.read = func(r *reader, v reflect.Value) {
		n := r.count()
		if n == 0 {
			return
		}
		v.Set(reflect.MakeMapWithSize(t, n-1))
		for range n - 1 {
			key := reflect.ValueOf(r.strings[r.uint()]).Convert(t.Key())
			value := reflect.New(t.Elem()).Elem()
			elem.read(r, value)
			v.SetMapIndex(key, value)
		}
	}
}
