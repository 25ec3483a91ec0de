module github.com/streadway/handy

go 1.18
