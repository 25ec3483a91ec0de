// Package catalog says what library functions mean to a system: which call
// opens a connection, sends a query, waits, tries again, serves a route, makes
// a text, or carries a value on. It is data (the files under data, one object
// a line), read on first use and never changed.
//
// A row names a symbol as types.Func.FullName does, without type arguments:
//
//	net/http.Get
//	(*database/sql.DB).QueryContext
//	(github.com/redis/go-redis/v9.cmdable).Get
//
// FullName names the declaring type: a promoted method keeps the type that
// declares it. Struct fields are "path.Type.Field", types and variables
// "path.Name". Argument positions start at 0 and do not count the receiver.
//
// The package may import nothing of the module.
package catalog
