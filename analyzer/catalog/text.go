package catalog

import "slices"

// A TextOp is an operation on texts that the linker computes. Its operands are
// the call's arguments in order, the receiver first, unless said otherwise.
type TextOp string

// Operations on texts.
const (
	Sprintf    TextOp = "sprintf"       // arg format, then the operands
	Sprint     TextOp = "sprint"        // operands, joined as fmt.Sprint does
	Sprintln   TextOp = "sprintln"      // operands with spaces and a newline
	Concat     TextOp = "concat"        // all operands, nothing between
	JoinText   TextOp = "join"          // the elements of a list with a separator: strings.Join
	SplitText  TextOp = "split"         // list of parts: strings.Split
	SplitN     TextOp = "splitn"        // list of at most n parts
	Fields     TextOp = "fields"        // list of words
	Cut        TextOp = "cut"           // before, after, found
	CutPrefix  TextOp = "cutprefix"     // rest, found
	CutSuffix  TextOp = "cutsuffix"     // rest, found
	Trim       TextOp = "trim"          // characters of a cutset at both ends
	TrimLeft   TextOp = "trimleft"      //
	TrimRight  TextOp = "trimright"     //
	TrimSpace  TextOp = "trimspace"     //
	TrimPrefix TextOp = "trimprefix"    //
	TrimSuffix TextOp = "trimsuffix"    //
	Replace    TextOp = "replace"       // old, new, n
	ReplaceAll TextOp = "replaceall"    // old, new
	Replacer   TextOp = "replacer"      // makes a replacer of old, new pairs
	Replacing  TextOp = "replacing"     // the receiver is a replacer, the operand the text
	Lower      TextOp = "lower"         //
	Upper      TextOp = "upper"         //
	Title      TextOp = "title"         //
	Repeat     TextOp = "repeat"        // text, count
	HasPrefix  TextOp = "hasprefix"     // boolean
	HasSuffix  TextOp = "hassuffix"     // boolean
	Contains   TextOp = "contains"      // boolean
	EqualFold  TextOp = "equalfold"     // boolean
	Index      TextOp = "index"         // number
	Itoa       TextOp = "itoa"          // number to text, base 10; also FormatInt with a base
	Ftoa       TextOp = "ftoa"          // number to text
	Btoa       TextOp = "btoa"          // boolean to text
	Atoi       TextOp = "atoi"          // text to number, error
	Atob       TextOp = "atob"          // text to boolean, error
	Atof       TextOp = "atof"          // text to number, error
	Quote      TextOp = "quote"         //
	Unquote    TextOp = "unquote"       // text, error
	Duration   TextOp = "duration"      // text to time.Duration, error
	JoinHost   TextOp = "joinhostport"  // host, port
	SplitHost  TextOp = "splithostport" // host, port, error
	ParseURL   TextOp = "parseurl"      // the result carries the text; its fields Scheme, Host, Path, RawQuery, User are parts of it
	URLString  TextOp = "urlstring"     // the receiver is a URL
	URLHost    TextOp = "urlhost"       // host without port
	URLPort    TextOp = "urlport"       // port
	URLResolve TextOp = "urlresolve"    // receiver URL and a reference
	JoinURL    TextOp = "joinurl"       // URL and path elements
	Escape     TextOp = "escape"        // escaped, or not: same meaning
	JoinPath   TextOp = "joinpath"      // path elements
	BasePath   TextOp = "basepath"      // last element
	DirPath    TextOp = "dirpath"       // all but the last element
	ExtPath    TextOp = "extpath"       // extension with its dot
	CleanPath  TextOp = "cleanpath"     // shortest equal path; also absolute paths
	ExpandEnv  TextOp = "expandenv"     // $VAR and ${VAR} from the environment
	Append     TextOp = "append"        // adds the operand to the receiver's text (strings.Builder, bytes.Buffer)
	Appendf    TextOp = "appendf"       // writes a formatted text to arg target
	Buffered   TextOp = "buffered"      // a buffer that holds the operand, for Append and Built
	Built      TextOp = "built"         // the receiver's text
	Same       TextOp = "same"          // the text of arg of, unchanged in meaning
	ErrorText  TextOp = "error"         // makes an error: no text that matters
	Encode     TextOp = "encode"        // a rendering of a value: JSON, base64, hex; carries it
	Template   TextOp = "template"      // text from a template: unknown parts
	TypeOf     TextOp = "typeof"        // the type of arg of, as a text: a reflect.Type
	TypeElem   TextOp = "typeelem"      // what a pointer type points to
	TypeName   TextOp = "typename"      // the bare name of a type; "" of one without a name
	TypeText   TextOp = "typetext"      // a type as %T prints it
	Snake      TextOp = "snake"         // snake_case
	Kebab      TextOp = "kebab"         // kebab-case
	Camel      TextOp = "camel"         // CamelCase
	LowerCamel TextOp = "lowercamel"    // camelCase
)

var textOps = []TextOp{
	Sprintf, Sprint, Sprintln, Concat, JoinText, SplitText, SplitN, Fields, Cut, CutPrefix, CutSuffix,
	Trim, TrimLeft, TrimRight, TrimSpace, TrimPrefix, TrimSuffix, Replace, ReplaceAll, Replacer, Replacing, Lower, Upper, Title, Repeat,
	HasPrefix, HasSuffix, Contains, EqualFold, Index, Itoa, Ftoa, Btoa, Atoi, Atob, Atof, Quote, Unquote, Duration,
	JoinHost, SplitHost, ParseURL, URLString, URLHost, URLPort, URLResolve, JoinURL, Escape,
	JoinPath, BasePath, DirPath, ExtPath, CleanPath, ExpandEnv, Append, Appendf, Buffered, Built, Same, ErrorText, Encode, Template,
	TypeOf, TypeElem, TypeName, TypeText, Snake, Kebab, Camel, LowerCamel,
}

// Valid reports whether op is one of the operations above.
func (op TextOp) Valid() bool { return slices.Contains(textOps, op) }
