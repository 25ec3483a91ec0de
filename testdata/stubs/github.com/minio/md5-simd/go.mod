module github.com/minio/md5-simd

go 1.18
