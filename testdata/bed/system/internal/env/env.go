// Package env reads the configuration of the services.
package env

import (
	"log"
	"os"
)

// Must returns the environment variable name. It ends the process if that is
// unset or empty: what the manifests say is all there is.
func Must(name string) string {
	v := os.Getenv(name)
	if v == "" {
		log.Fatalf("%s is not set", name)
	}
	return v
}
