module github.com/spf13/viper

go 1.18

require (
	github.com/fsnotify/fsnotify v0.0.0
	github.com/mitchellh/mapstructure v0.0.0
	github.com/sagikazarmark/slog-shim v0.0.0
	github.com/spf13/afero v0.0.0
	github.com/spf13/pflag v0.0.0
	gopkg.in/ini.v1 v1.0.0
)
