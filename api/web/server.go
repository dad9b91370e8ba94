package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// renewable is the time limit for writing an answer. A stream renews it with each chunk.
const renewable = 20 * time.Second

// Server is an HTTP server for the handler, with limits for slow and greedy callers.
func Server(addr string, h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      renewable,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    64 << 10,
		// OPTIONS * is treated like any unknown path.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// keepOpen extends the write deadline of the answer to this duration from now, plus renewable.
func keepOpen(c Request, long time.Duration) error {
	deadline := time.Now().Add(long + renewable) //nolint:forbidigo // a connection's deadline is in real time
	err := http.NewResponseController(c.Response()).SetWriteDeadline(deadline)
	if err != nil && !errors.Is(err, http.ErrNotSupported) { // a recorder in a test has no deadline
		return fmt.Errorf("renew the write deadline: %w", err)
	}
	return nil
}
