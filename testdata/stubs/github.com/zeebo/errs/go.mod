module github.com/zeebo/errs

go 1.18
