module gorm.io/driver/mysql

go 1.18

require (
	github.com/go-sql-driver/mysql v0.0.0
	gorm.io/gorm v0.0.0
)
