module cloud.google.com/go/firestore

go 1.18

require (
	google.golang.org/api v0.0.0
)
