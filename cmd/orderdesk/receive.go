package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/demo"
)

func (p program) receive(ctx context.Context, args []string) error {
	f := p.flags("receive", "[flags]", "Receives the webhooks of a running demo as a program of an integrator would: it adds an endpoint, verifies the signature of each\n"+
		"event and prints it. When it stops, it removes the endpoint.")
	api := f.String("api", "http://127.0.0.1:8080", "`URL` of the demo")
	addr := f.String("addr", "127.0.0.1:0", "`address` to listen on, of this machine alone; port 0 picks a free port")
	data := f.String("data", "var", "`directory` of the demo's data")
	if err := parse(f, args); err != nil {
		return err
	}
	if !loopback(*addr) {
		return misuse("--addr %s is not of this machine alone, and the demo sends webhooks to this machine alone", *addr)
	}
	header, err := os.ReadFile(filepath.Join(*data, "as", fileOf(auth.Admin)))
	if err != nil {
		return fmt.Errorf("there is no demo in %s: %w\nRun orderdesk demo first, or name its directory with --data", filepath.Clean(*data), err)
	}
	l, err := listen(ctx, "--addr", *addr)
	if err != nil {
		return err
	}
	r := demo.Receiver{API: strings.TrimSuffix(*api, "/"), Authorization: strings.TrimSpace(strings.TrimPrefix(string(header), "Authorization:")), Listener: l, Out: p.stdout, Now: p.now}
	return r.Run(ctx)
}
