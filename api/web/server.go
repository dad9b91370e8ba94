package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// renewable is how long the writing of an answer may take. A stream renews it with each chunk.
const renewable = 20 * time.Second

// Server is an HTTP server for the handler with limits on everything that a slow or greedy caller could hold.
func Server(addr string, h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      renewable,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    64 << 10,
		// OPTIONS * is a path like another: one that there is not.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// keepOpen lets the answer be written until so long from now, and a little more.
func keepOpen(c Request, long time.Duration) error {
	deadline := time.Now().Add(long + renewable) //nolint:forbidigo // the connection's clock is the machine's
	err := http.NewResponseController(c.Response()).SetWriteDeadline(deadline)
	if err != nil && !errors.Is(err, http.ErrNotSupported) { // a recorder in a test has no deadline
		return fmt.Errorf("renew the write deadline: %w", err)
	}
	return nil
}
