module github.com/gorilla/sessions

go 1.18

require (
	github.com/gorilla/securecookie v0.0.0
)
