// Package env reads the configuration of the services.
package env

import "os"

// Get returns the environment variable name, or fallback where it is unset or
// empty. The fallbacks of the shop make its services find one another on one
// machine; the manifests in deploy set every variable.
func Get(name, fallback string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return fallback
}
