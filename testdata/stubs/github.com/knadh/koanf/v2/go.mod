module github.com/knadh/koanf/v2

go 1.18

require (
	github.com/go-viper/mapstructure/v2 v2.0.0
)
