// Package postgres opens the databases of the shop.
package postgres

import (
	"database/sql"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Open returns a pool of at most maxOpen connections to dsn. It does not
// connect: the first query does. The password comes from PGPASSWORD.
func Open(dsn string, maxOpen int) (*sql.DB, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(maxOpen)
	db.SetMaxIdleConns(maxOpen)
	return db, nil
}
