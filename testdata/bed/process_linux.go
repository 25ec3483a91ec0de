package main

import "syscall"

// attributes makes a child end with the bed, even if the bed is killed.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
