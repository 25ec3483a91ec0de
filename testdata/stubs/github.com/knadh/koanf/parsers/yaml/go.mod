module github.com/knadh/koanf/parsers/yaml

go 1.18
