module github.com/bufbuild/protovalidate-go

go 1.18
