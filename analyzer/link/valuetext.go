package link

import (
	"encoding/binary"
	"slices"
)

// text returns the constant s.
func (v *values) text(s string) setID { return v.one(value{kind: kConst, s: s, t: "string"}) }

func (v *values) unknown(reason string) setID { return v.one(value{kind: kUnknown, s: reason}) }

// constant returns the text of a set that holds one constant and nothing else.
func (v *values) constant(s setID) (string, bool) {
	if len(v.sets[s]) != 1 {
		return "", false
	}
	val := v.byID[v.bare(v.sets[s][0])]
	return val.s, val.kind == kConst
}

// glue returns the concatenation of parts, which must be texts or symbols.
// Neighbouring constants become one, of maxText bytes at most.
func (v *values) glue(parts ...valueID) valueID {
	var flat []valueID
	size := 0
	add := func(id valueID) {
		if n := len(flat); n > 0 && v.byID[id].kind == kConst && v.byID[flat[n-1]].kind == kConst {
			flat[n-1] = v.id(value{kind: kConst, s: v.byID[flat[n-1]].s + v.byID[id].s, t: "string"})
			return
		}
		flat = append(flat, id)
	}
	for _, part := range parts {
		for _, id := range v.parts(part) {
			c := &v.byID[id]
			if c.kind == kConst && c.s == "" {
				continue
			}
			if size += len(c.s); size > maxText && len(parts) > 1 {
				return v.tooLong
			}
			add(id)
		}
	}
	switch len(flat) {
	case 0:
		return v.id(value{kind: kConst, t: "string"})
	case 1:
		return flat[0]
	}
	if len(flat) > 32 {
		return v.tooMany
	}
	key := make([]byte, 0, 4*len(flat))
	for _, id := range flat {
		key = binary.LittleEndian.AppendUint32(key, uint32(id))
	}
	return v.id(value{kind: kCat, s: string(key), t: "string"})
}

// parts returns the parts of a value: itself, if it is no concatenation.
func (v *values) parts(id valueID) []valueID {
	id = v.bare(id)
	val := v.byID[id]
	if val.kind != kCat {
		return []valueID{id}
	}
	out := make([]valueID, 0, len(val.s)/4)
	for i := 0; i+4 <= len(val.s); i += 4 {
		out = append(out, valueID(binary.LittleEndian.Uint32([]byte(val.s[i:i+4]))))
	}
	return out
}

// cross concatenates every combination of the members of sets, up to maxTexts.
func (v *values) cross(sets ...setID) setID {
	acc := [][]valueID{nil}
	for _, s := range sets {
		if s == none {
			return none // bottom is not ""
		}
		var next [][]valueID
		for _, prefix := range acc {
			for _, id := range v.sets[s] {
				next = append(next, append(slices.Clone(prefix), id))
			}
			if len(next) > 4*maxTexts {
				return v.lone(v.tooMany)
			}
		}
		acc = next
	}
	ids := make([]valueID, 0, len(acc))
	for _, parts := range acc {
		ids = append(ids, v.glue(parts...))
	}
	return v.set(ids)
}
