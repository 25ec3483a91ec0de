module github.com/ClickHouse/ch-go

go 1.18
