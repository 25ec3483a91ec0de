module github.com/jcmturner/gofork

go 1.18
