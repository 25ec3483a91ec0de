module github.com/spf13/cobra

go 1.18

require (
	github.com/spf13/pflag v0.0.0
)
