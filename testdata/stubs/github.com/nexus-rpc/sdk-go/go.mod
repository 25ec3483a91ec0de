module github.com/nexus-rpc/sdk-go

go 1.18
