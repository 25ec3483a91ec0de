package svg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// Env is the environment variable that tells a process that it is the child
// of RenderChild; its value is the format.
const Env = "COORDLINT_RENDER"

// Child renders stdin to stdout if this process is a child of RenderChild. It
// reports whether it is; the caller must then end the process, with status 1
// if there was an error.
func Child(ctx context.Context, stdin io.Reader, stdout io.Writer) (bool, error) {
	format := os.Getenv(Env)
	if format == "" {
		return false, nil
	}
	dot, err := io.ReadAll(stdin)
	if err != nil {
		return true, err
	}
	return true, Render(ctx, dot, format, stdout)
}

// RenderChild renders in a child process, which is the program self with Env
// set, and returns the picture. The child is ended after the timeout; then the
// error is context.DeadlineExceeded.
func RenderChild(ctx context.Context, self string, dot []byte, format string, timeout time.Duration) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(limited, self)
	cmd.Env = append(os.Environ(), Env+"="+format)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(dot), &out, &errs
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	switch {
	case limited.Err() != nil && ctx.Err() == nil:
		return nil, fmt.Errorf("render %s: %w after %s", format, context.DeadlineExceeded, timeout)
	case err != nil && errs.Len() > 0:
		return nil, errors.New(string(bytes.TrimSpace(errs.Bytes())))
	case err != nil:
		return nil, fmt.Errorf("render %s: %w", format, err)
	}
	return out.Bytes(), nil
}
