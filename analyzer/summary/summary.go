// Package summary is the object format of the analyzer: what is kept of one Go
// package after it was compiled. It is a flat SSA of the functions, plain data
// without go/types or go/ast, so that the linker can evaluate it, tests can
// write it down, and a cache can store it. It imports nothing.
//
// A Package is all slices and no maps: equal input gives equal bytes.
//
// Types and symbols are strings. A type is written with full package paths, as
// types.TypeString does. A symbol is types.Func.FullName of the generic origin,
// with type arguments removed: "net/http.Get", "(*database/sql.DB).Query",
// "(net/http.RoundTripper).RoundTrip". A function literal is its parent's
// symbol, "$" and a number from 1. A package's initialiser is "path.init", the
// declared init functions are "path.init#1" and so on (the first calls them,
// and the initialisers of what the package imports).
//
// Identical types are equal strings: aliases are replaced by what they stand
// for, parameters and results have no names, the empty interface is "any",
// uint8 is "byte", a local type is "path.T@FILE:LINE". Instances are
// "path.T[A,B]".
//
// Promoted methods need no wrappers: ssa goes through the embedded fields
// before it calls or binds the method. Only the method expression of a promoted
// method is a function of its own, "(T).M@thunk".
package summary

// Version is the version of the format. A stored Package of another version
// must not be read.
const Version = 1

// A Package is what is kept of one Go package.
type Package struct {
	Path    string   // import path
	Name    string   // package name; "main" makes it a program
	Dir     string   // relative to the root, with forward slashes; "" outside of the root
	Module  string   // path of the module that holds it
	Imports []string // direct imports, sorted
	Types   []Type   // declared types, by name
	Globals []Global // package variables, by name
	Funcs   []Func   // by symbol; function literals after their parents
	Gaps    []Gap    // what could not be compiled
	Notes   []Note   // coordlint and nolint directives in comments
	Iface   bool     // function bodies were not kept: only Types and constants of interest are here

	Generated []string // files that say of themselves that they are generated, sorted
}

// A Site is a place in a file.
type Site struct {
	File string // relative to the root, with forward slashes; absolute outside of it
	Line int    // 1-based
	Col  int    // 1-based; counts bytes
}

// A Gap is something that could not be compiled.
type Gap struct {
	Site Site
	Text string
}

// A Note is a directive in a comment, such as //coordlint:ignore.
type Note struct {
	Site  Site   // of the comment
	Text  string // without the slashes
	Scope string // "line", "func", "package"
	Until int    // last line that it covers
}

// A Type is a declared type.
type Type struct {
	Name       string // "path.T"; for types local to a function "path.T@FILE:LINE"
	Underlying string // type string of the underlying type; "struct", "interface" stand for theirs
	Fields     []Field
	Methods    []Method // method set of *T, promoted ones included, by name; of interfaces all methods
	Site       Site
	Alias      string   // the type that it is an alias of
	TypeParams []string // names of its type parameters
}

// A Field is a field of a struct type.
type Field struct {
	Name     string
	Type     string
	Tag      string
	Embedded bool
}

// A Method is a member of a method set.
type Method struct {
	Name   string
	Symbol string   // the function that a call ends in; for interface methods its FullName
	Path   []string // names of the embedded fields on the way; nil if not promoted
	Ptr    bool     // not in the method set of T
	Sig    string   // signature, as a type string, without the receiver
}

// A Global is a package variable.
type Global struct {
	Name string // "path.name"
	Type string // of the variable, not of its address
	Site Site
}

// A Ref names a value inside a function. 0 and up: parameters (receiver
// first), then free variables, then instructions, in the order of Func.Instrs.
// -1 and down: the constants and names of Func.Pool, -1 being Pool[0].
type Ref int32

// A Func is one function.
type Func struct {
	Symbol   string
	Name     string // without package and receiver
	Recv     string // type string of the receiver; "" for functions
	Params   []Param
	Free     []Param // free variables of a function literal; they are addresses where the variable is captured by reference
	Results  []string
	Named    []string // names of the results, if any
	Variadic bool
	Parent   string // symbol of the enclosing function of a literal
	Pool     []Operand
	Instrs   []Instr
	Blocks   []Block
	Loops    []Loop
	Site     Site // of the name, or of the func keyword of a literal
	End      int  // last line
	Pkg      string
	Empty    bool // the body could not be compiled or was not kept
	TypePar  bool // has type parameters
}

// Values returns the number of parameters and free variables, which is the Ref
// of the first instruction.
func (f *Func) Values() int { return len(f.Params) + len(f.Free) }

// A Param is a parameter (the receiver is the first) or a free variable.
type Param struct {
	Name string
	Type string
}

// OperandKind says what an Operand is.
type OperandKind uint8

// Kinds of operands.
const (
	Const     OperandKind = iota // Text is its exact value, as constant.Value.ExactString, strings unquoted; Nil if nil or zero of an aggregate
	NamedFunc                    // Text is a symbol
	GlobalVar                    // Text is "path.name"; the value is the variable's address
	BuiltIn                      // Text is its name
)

// An Operand is a constant, a function, a package variable or a builtin.
type Operand struct {
	Kind OperandKind
	Text string
	Type string
	Nil  bool
}

// Op is the operation of an instruction.
type Op uint8

// Operations. X, Y, ... are Args in order.
const (
	OpInvalid       Op = iota
	OpAlloc            // new variable of the type Elem; the value is its address. Sym: the variable's name
	OpFieldAddr        // address of the field Sym of *X
	OpField            // field Sym of X
	OpIndexAddr        // address of element Y of the slice or *array X
	OpIndex            // element Y of the array or string X
	OpLookup           // element Y of the map or string X; with CommaOk a pair
	OpLoad             // *X
	OpStore            // *X = Y
	OpMapUpdate        // X[Y] = Z
	OpMakeMap          //
	OpMakeSlice        // of length X, capacity Y
	OpMakeChan         // of size X
	OpMakeClosure      // function X with the free variables Y...
	OpBoundMethod      // method value: Sym is the method's symbol (an interface's if Invoke), X the receiver; N is the path of embedded fields in Path
	OpMakeInterface    // X, of the concrete type From, as an interface
	OpTypeAssert       // X as the type Type; with CommaOk a pair
	OpConvert          // X with another type, same meaning (ChangeType, ChangeInterface, Convert, SliceToArrayPointer, MultiConvert)
	OpExtract          // component N of the tuple X
	OpPhi              // one of Args, by predecessor
	OpBin              // X Sym Y; Sym is the token
	OpUn               // Sym X: - ! ^
	OpRecv             // <-X; with CommaOk a pair
	OpSend             // X <- Y
	OpSelect           // States; N is 1 if it blocks
	OpRange            // iterator over X
	OpNext             // next of the iterator X: (ok, key, value)
	OpSlice            // X[Y:Z:W], absent bounds are NoRef
	OpCall             // a call: see Call
	OpGo               // go: see Call
	OpDefer            // defer: see Call
	OpRunDefers        //
	OpReturn           // Args
	OpIf               // on X: Succs[0] if true
	OpJump             //
	OpPanic            // X
)

// NoRef stands for an operand that is absent.
const NoRef Ref = -1 << 30

// CallMode says how a callee is found.
type CallMode uint8

// Modes of calls.
const (
	Static  CallMode = iota // Sym is the symbol; Args are the arguments, receiver first
	Invoke                  // Sym is the interface method's symbol, Name its name; Args[0] is the interface value
	Value                   // Args[0] is a function value
	Builtin                 // Sym is the builtin's name
)

// An Instr is one instruction. If it has a value, its Ref is Func.Values()
// plus its index.
type Instr struct {
	Op       Op
	Mode     CallMode // of CallOp, Go, Defer
	CommaOk  bool
	N        int      // see the operations
	Sym      string   // see the operations
	Name     string   // bare name of a called method
	Type     string   // of the value; "" if it has none; a tuple as "(T1, T2)"
	Elem     string   // Alloc: type of the variable; MakeInterface: the concrete type; TypeAssert: the asserted type
	TypeArgs []string // of a static call of a generic function, or of a method of a generic type
	Args     []Ref
	States   []State  // of Select
	Path     []string // embedded fields on the way to a promoted method, from the receiver Args[0]
	Block    int32
	Site     Site   // of a call: its selector or name, not its parenthesis
	Deferred bool   // a call that runs when the function returns (Defer)
	Spread   bool   // the last argument is given with ...
	Agg      bool   // the value is a struct or an array
	Expr     string // source text of what a loop ranges over or a lock locks, at most 60 bytes
}

// A State is a case of a select.
type State struct {
	Send  bool
	Chan  Ref
	Value Ref
	Site  Site
}

// A Block is a basic block. Block 0 is the entry.
type Block struct {
	First, Last int32 // its instructions are Instrs[First:Last]
	Preds       []int32
	Succs       []int32
	Idom        int32 // immediate dominator; -1 for the entry and for the recover block
	Loop        int32 // innermost loop that holds it, an index into Loops; -1 if none
}

// LoopKind says how a loop's number of rounds is decided.
type LoopKind uint8

// Kinds of loops.
const (
	LoopOther   LoopKind = iota // while a condition holds
	LoopRange                   // over the elements of Over: slice, map, array, string
	LoopChan                    // over what is received from the channel Over
	LoopCount                   // a counter against a bound: Bound, constant if its Ref is in the pool
	LoopForever                 // no condition; left by break or return only
	LoopFunc                    // over a function iterator
)

// A Loop is a natural loop, or the body of a range over a function, which is
// a function of its own: all of it is one loop of kind LoopFunc without latch,
// and Over is in the parent. Enclosing loops come first. Two loops that begin
// at one block, such as for { for cond {} }, are one.
type Loop struct {
	Header int32
	Parent int32 // enclosing loop; -1 if none
	Kind   LoopKind
	Over   Ref     // what is ranged over, or whose length bounds the counter, or NoRef
	Bound  Ref     // bound of the counter or length of the array, or NoRef
	Start  int     // first value of the counter, where constant
	Step   int     // what a round adds to the counter; 0 if that is no constant
	Incl   bool    // the counter may reach the bound itself (<=, >=)
	Expr   string  // source text of Over or Bound, at most 60 bytes
	Site   Site    // of the for keyword
	Latch  []int32 // blocks that jump back to the header
}
