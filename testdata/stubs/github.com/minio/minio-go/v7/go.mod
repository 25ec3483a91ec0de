module github.com/minio/minio-go/v7

go 1.18

require (
	github.com/minio/md5-simd v0.0.0
)
