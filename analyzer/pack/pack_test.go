package pack_test

import (
	"bytes"
	"math"
	"reflect"
	"testing"

	"github.com/coordlint/coordlint/analyzer/pack"
)

type tree struct {
	Name  string
	Sub   []*tree
	Up    *tree
	Attrs map[string][]int32
	F     float64
	N     int8
	U     uint16
	On    bool
	Pair  [2]string
	Inner struct{ A, B string }
}

func sample() *tree {
	shared := &tree{Name: "shared", N: -128, U: math.MaxUint16, F: math.Inf(-1), On: true}
	root := &tree{Name: "root", Sub: []*tree{shared, shared, nil, {Name: "leaf", Sub: []*tree{}}},
		Attrs: map[string][]int32{"a": {1, -1, math.MinInt32}, "b": nil, "": {}}, Pair: [2]string{"", "x"}}
	root.Inner.B = "root"
	shared.Up = root
	return root
}

func TestRoundTrip(t *testing.T) {
	codec := pack.For[*tree]()
	root := sample()
	data := codec.Encode(&root)
	for range 20 {
		if again := sample(); !bytes.Equal(data, codec.Encode(&again)) {
			t.Fatal("equal data, other bytes")
		}
	}
	var got *tree
	if err := codec.Decode(data, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, root) {
		t.Errorf("got %+v, want %+v", got, root)
	}
	if got.Sub[0] != got.Sub[1] || got.Sub[0].Up != got {
		t.Error("shared parts are shared no more")
	}
}

// Damaged data is an error or other data, never a panic.
func TestDamaged(t *testing.T) {
	codec := pack.For[*tree]()
	root := sample()
	data := codec.Encode(&root)
	for i := range data {
		var got *tree
		if codec.Decode(data[:i], &got) == nil {
			t.Errorf("the first %d bytes are enough", i)
		}
		for _, flip := range []byte{1, 0x80, 0xff} {
			bad := bytes.Clone(data)
			bad[i] ^= flip
			_ = codec.Decode(bad, &got)
		}
	}
	if codec.Decode(append(data, 0), new(*tree)) == nil {
		t.Error("bytes are left over")
	}
}

func TestForPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a function can be written")
		}
	}()
	pack.For[struct{ F func() }]()
}
