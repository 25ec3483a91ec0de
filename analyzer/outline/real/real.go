// Package real requires the real modules that stubs are made of, and that the
// catalog is compared with in long mode. Nothing is imported here: packages.txt
// lists what is loaded.
package real
