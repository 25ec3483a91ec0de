module gorm.io/driver/sqlite

go 1.18

require (
	gorm.io/gorm v0.0.0
)
