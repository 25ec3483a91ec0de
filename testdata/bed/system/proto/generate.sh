#!/bin/sh
# Writes gen/ again. Needs protoc (3.21.12 wrote what is checked in) and
#   go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12
#   go install google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2
set -e
cd "$(dirname "$0")/.."
protoc -I proto --go_out=. --go_opt=module=example.com/depot \
  --go-grpc_out=. --go-grpc_opt=module=example.com/depot proto/*.proto
