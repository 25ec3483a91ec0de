module github.com/hailocab/go-hostpool

go 1.18
