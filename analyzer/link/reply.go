package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// replyFields are the fields of messages, in lower case, that say where the
// answer is to go: of AMQP 0-9-1's basic.properties (reply-to), NATS and JMS.
var replyFields = []string{"reply", "replyto", "replytopic", "replysubject", "replyqueue"}

// replies reports whether a publication goes where a message asks for its
// answer: one of its arguments, or of the constructor of one of them, is read
// from such a field.
func replies(inst *instance, in *summary.Instr, ev *event) bool {
	if ev.entry.Role != catalog.Publish {
		return false
	}
	return slices.ContainsFunc(in.Args, func(a summary.Ref) bool { return repliesTo(inst.fn, a, 3) })
}

func repliesTo(fn *summary.Func, r summary.Ref, depth int) bool {
	i := int(r) - fn.Values()
	if r < 0 || i < 0 || i >= len(fn.Instrs) || depth == 0 {
		return false
	}
	in := &fn.Instrs[i]
	switch in.Op {
	case summary.OpField, summary.OpFieldAddr:
		return slices.Contains(replyFields, strings.ToLower(in.Sym))
	case summary.OpLoad, summary.OpConvert:
		return repliesTo(fn, in.Args[0], depth)
	case summary.OpCall:
		return slices.ContainsFunc(in.Args, func(a summary.Ref) bool { return repliesTo(fn, a, depth-1) })
	}
	return false
}
