package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"github.com/orderdesk/orderdesk/pkg/config"
)

func (p program) serve(ctx context.Context, args []string) error {
	f := p.flags("serve", "[flags]", "Runs the service until SIGTERM, SIGINT or SIGHUP; a second signal ends it at once.\n\nEnvironment:\n"+environment())
	drain := f.Duration("drain", 3*time.Second, "the `time` for which /readyz answers 503 before the service stops taking requests,\nso that a load balancer notices")
	if err := parse(f, args); err != nil {
		return err
	}
	if *drain < 0 || *drain > time.Minute {
		return misuse("--drain %s: write a time from 0s to 1m", *drain)
	}
	cfg, err := config.Serve(p.env)
	if err != nil {
		return err
	}
	log := logger(p.stderr, cfg.Log)
	st, err := p.open(ctx, cfg.Database, cfg.ReadReplica, log)
	if err != nil {
		return err
	}
	database := make(chan error, 1)
	go func() { database <- checkServing(ctx, st, log) }()
	s, err := newService(ctx, cfg, st, log, p.now, nil)
	checked := <-database
	if err != nil {
		st.Close()
		return cmp.Or(checked, err)
	}
	defer s.close()
	if checked != nil {
		return checked
	}
	if s.listener, err = listen(ctx, "ADDR", cfg.Addr); err != nil {
		return err
	}
	if cfg.MetricsAddr != "" {
		if s.metricsListener, err = listen(ctx, "METRICS_ADDR", cfg.MetricsAddr); err != nil {
			return err
		}
	}
	return s.run(ctx, *drain)
}

// listen opens a port. Its error says which setting to change.
func listen(ctx context.Context, setting, addr string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w\nChange %s, or stop the program that uses it", addr, err, setting)
	}
	return l, nil
}

func logger(w io.Writer, c config.Log) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.Level}
	if c.Format == "text" {
		return slog.New(slog.NewTextHandler(w, options))
	}
	return slog.New(slog.NewJSONHandler(w, options))
}

// environment lists the variables that serve reads, one on each line.
func environment() string {
	text := ""
	for _, v := range config.Variables() {
		note := ""
		switch {
		case v.Need == config.Required:
			note = " Required."
		case v.Need != config.Optional:
			note = " Required: " + string(v.Need) + "."
		case v.Default != "":
			note = " Default: " + v.Default + "."
		}
		name := v.Name
		if v.File {
			name += " or " + v.Name + "_FILE"
		}
		text += fmt.Sprintf("  %s\n      %s%s\n", name, v.Meaning, note)
	}
	return text
}
