module github.com/sagikazarmark/slog-shim

go 1.18
