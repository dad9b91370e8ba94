package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/google/uuid"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// panicked is a panic of a handler, as an error for the log.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// observe is the outermost middleware. It gives the request its id, turns an error or a panic into a problem, and writes one log
// line and one measurement.
func (o Options) observe(next Handler) Handler {
	return func(c Request) error {
		start := o.Now()
		call := exchangeOf(c)
		call.requestID = safeRequestID(c.Request().Header.Get("X-Request-Id"))
		c.Response().Header().Set("X-Request-Id", call.requestID)

		gone := c.Request().Context() // without the time limit that a route adds
		err := recovered(next, c)
		status, abort := o.conclude(gone, c, err)
		o.record(c, call, status, o.Now().Sub(start), err)
		if abort {
			panic(http.ErrAbortHandler) // the server cuts the connection, so that a client does not take half of the answer for all of it
		}
		return nil
	}
}

func recovered(next Handler, c Request) (err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler: // the very value, as net/http compares it
			err = http.ErrAbortHandler
		default:
			err = &panicked{p, debug.Stack()}
		}
	}()
	return next(c)
}

// conclude answers an error with its problem. It returns the status of the request.
func (o Options) conclude(gone context.Context, c Request, err error) (status int, abort bool) {
	if err == nil {
		return c.Response().Status, false
	}
	// net/http also ends the context when it stops waiting for a body, and then the client is still there.
	if gone.Err() != nil && !errors.Is(err, errLateBody) {
		return statusClientGone, true
	}
	if c.Response().Committed {
		return c.Response().Status, true
	}
	if err := writeProblem(c, rewordWithoutKey(exchangeOf(c), faultOf(err))); err != nil {
		return c.Response().Status, true
	}
	return c.Response().Status, false
}

// record writes the request's log line, without path, query, headers and body: they contain personal data and secrets.
func (o Options) record(c Request, call *exchange, status int, took time.Duration, err error) {
	route := "unmatched"
	if call.route != nil {
		route = call.route.Path
	}
	o.Metrics.count(c.Request().Method, route, status)
	if !call.live { // the time of a request that waits does not show how long the work takes
		o.Metrics.measure(c.Request().Method, route, took)
	}
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("method", methodLabel(c.Request().Method)), slog.String("route", route), slog.Int("status", status),
		slog.Float64("ms", float64(took.Microseconds())/1000), slog.Int64("bytes", c.Response().Size),
		slog.String("company", call.actor.CompanyID), slog.String("sub", call.actor.Subject),
		slog.String("request_id", call.requestID),
	}
	if err != nil {
		f := faultOf(err)
		attrs = append(attrs, slog.String("code", string(f.Code)))
		if f.Kind() == fault.Internal || f.Kind() == fault.Unavailable {
			level = slog.LevelError
			attrs = append(attrs, slog.String("error", err.Error()))
		}
		if status == statusClientGone {
			level = slog.LevelInfo
		}
		var p *panicked
		if errors.As(err, &p) {
			level = slog.LevelError
			attrs = append(attrs, slog.String("stack", string(p.stack)))
		}
	} else if call.route != nil && call.route.Probe() {
		level = slog.LevelDebug
	}
	o.Logger.LogAttrs(c.Request().Context(), level, "request", attrs...)
}

// The form of an X-Request-Id that is used. Any other is replaced.
const (
	RequestIDPattern = `^[A-Za-z0-9._-]{1,64}$`
	LongestRequestID = 64
)

// safeRequestID is the caller's id if it is harmless in logs and headers, otherwise a new one.
func safeRequestID(sent string) string {
	if isSafeID(sent) {
		return sent
	}
	return uuid.Must(uuid.NewV7()).String()
}

// isSafeID reports whether an id has the RequestIDPattern, which every request asks.
func isSafeID(id string) bool {
	for i := range len(id) {
		switch c := id[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_', c == '-':
		default:
			return false
		}
	}
	return id != "" && len(id) <= LongestRequestID
}
