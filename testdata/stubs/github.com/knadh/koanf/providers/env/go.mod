module github.com/knadh/koanf/providers/env

go 1.18
