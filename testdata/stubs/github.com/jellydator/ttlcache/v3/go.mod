module github.com/jellydator/ttlcache/v3

go 1.18

require (
	golang.org/x/sync v0.0.0
)
