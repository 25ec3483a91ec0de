// Package sqltext tells what a text of SQL does: its verb, the tables that it
// reads and writes, the locks that it takes, and where its numbers come from.
//
// The texts come out of programs: in any dialect, with placeholders, and with
// parts that are not known. No grammar of one dialect accepts them all, so the
// package reads tokens and clauses, not a grammar: PostgreSQL, MySQL, SQLite,
// SQL Server, Oracle, ClickHouse, CQL and Spanner are close enough for that. It
// never fails; what it cannot tell it leaves out, and Partial says so.
//
// The package imports nothing of the module.
package sqltext

// Hole stands in a text for a part that is not known: U+FFFC.
const Hole = '\uFFFC'

// A Verb is what a statement does.
type Verb string

// Verbs. DDL are statements that define tables and the like.
const (
	Select   Verb = "select"
	Insert   Verb = "insert" // INSERT, REPLACE, UPSERT
	Update   Verb = "update"
	Delete   Verb = "delete"
	Merge    Verb = "merge"
	Truncate Verb = "truncate"
	Copy     Verb = "copy"
	Call     Verb = "call"
	DDL      Verb = "ddl"
	Begin    Verb = "begin"
	Commit   Verb = "commit"
	Rollback Verb = "rollback"
	Lock     Verb = "lock"
	Unlock   Verb = "unlock"
	Listen   Verb = "listen"
	Notify   Verb = "notify"
	Other    Verb = "other" // SET, SHOW, EXPLAIN, USE, ...
	Unknown  Verb = ""      // begins with a hole, or with no word that is known
)

// A Predicate says what chooses the rows of a statement.
type Predicate uint8

// Kinds of predicates.
const (
	NoPredicate Predicate = iota // no WHERE: all rows, or none (INSERT)
	Constant                     // a WHERE without placeholder or hole: the same rows each time
	Varying                      // a WHERE with one
)

// A Statement is what one statement does.
type Statement struct {
	Verb          Verb
	Reads         []string // tables, without quotes, as written otherwise; sorted. A name may hold a Hole
	Writes        []string
	Predicate     Predicate
	Where         string // tokens of a Constant predicate, one space apart
	ForUpdate     bool   // locks the rows: FOR UPDATE, FOR NO KEY UPDATE, WITH (UPDLOCK)
	ForShare      bool
	SkipLocked    bool
	NoWait        bool
	Advisory      Advisory
	Sequence      Sequence
	TwoPhase      bool  // PREPARE TRANSACTION, COMMIT PREPARED, XA ...
	CompareAndSet bool  // CQL's IF NOT EXISTS and IF condition
	OnConflict    bool  // ON CONFLICT, ON DUPLICATE KEY
	Index         Index // of CREATE INDEX and of MATERIALIZED VIEW
	Partial       bool  // a table's name or the verb is a hole
}

// Write reports whether the statement changes data or definitions, or locks
// rows: whether a replica that is only read could not answer it.
func (s *Statement) Write() bool {
	switch s.Verb {
	case Insert, Update, Delete, Merge, Truncate, Copy, Call, DDL, Lock:
		return true
	}
	return len(s.Writes) > 0 || s.ForUpdate || s.ForShare
}

// An Advisory is a lock by name that the database keeps for its clients.
type Advisory struct {
	Op       string // acquire, try, release; "" if there is none
	Key      string // tokens of the key, one space apart
	Constant bool   // the key holds no placeholder, hole or column
	Session  bool   // held until it is released or the connection closes, not until the transaction ends
}

// A Sequence says how a statement makes numbers that all writers share.
type Sequence string

// Kinds of sequences. The last two hold a row's lock until the transaction ends.
const (
	NoSequence    Sequence = ""
	NextValue     Sequence = "nextval"        // nextval(...), NEXT VALUE FOR
	AutoIncrement Sequence = "auto-increment" // definition of a column: SERIAL, AUTO_INCREMENT, IDENTITY, or CREATE SEQUENCE
	LastInsertID  Sequence = "last-insert-id" // MySQL's counter idiom: LAST_INSERT_ID(n + 1)
	MaxPlusOne    Sequence = "max"            // SELECT MAX(id)
	Increment     Sequence = "increment"      // UPDATE ... SET n = n + 1
)

// An Index is a definition of an index.
type Index struct {
	Table        string
	Unique       bool
	Global       bool // CREATE GLOBAL INDEX, or over all partitions by definition (CQL)
	Materialized bool // a materialized view
}
