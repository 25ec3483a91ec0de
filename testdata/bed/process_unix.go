//go:build unix && !linux

package main

import "syscall"

// attributes keeps a child from the signals of the terminal: the bed ends it.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
