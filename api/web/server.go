package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// renewable is the time limit for writing a piece of an answer.
const renewable = 20 * time.Second

// Server is an HTTP server that sends an answer in fewer writes.
type Server struct{ *http.Server }

// Serve serves on connections that gather what is written.
func (s Server) Serve(l net.Listener) error {
	return s.Server.Serve(listener{l}) //nolint:wrapcheck // the server's own error
}

// NewServer returns a server for the handler, with limits for slow and greedy callers.
func NewServer(addr string, h http.Handler, log *slog.Logger) Server {
	return Server{&http.Server{
		Addr:              addr,
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      renewable,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    64 << 10,
		// OPTIONS * is treated like any unknown path.
		DisableGeneralOptionsHandler: true,
		ConnContext:                  withGathering,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}}
}

// pieceSize is how much of an answer is written under one deadline.
const pieceSize = 16 << 10

// renewing writes an answer in pieces, and renews the write deadline before each. So a reader that is slow and steady gets the whole
// answer, however long that takes, and a reader that stops is cut off.
type renewing struct {
	http.ResponseWriter
	limit time.Duration
	conn  *gathering // nil: it cannot gather
}

// renewDeadlines makes every answer be written by a renewing writer.
func (o Options) renewDeadlines(next Handler) Handler {
	return func(c Request) error {
		conn := connOf(c.Request().Context())
		if conn != nil {
			conn.renewed = time.Time{} // net/http has set a deadline of its own for this request
		}
		c.Response().Writer = renewing{c.Response().Writer, o.WriteTimeout, conn}
		return next(c)
	}
}

// renewalsPerLimit is how often a deadline is renewed during its limit, at most. The header and the first piece of an answer
// mostly follow each other.
const renewalsPerLimit = 16

func (r renewing) renew() error {
	now := time.Now() //nolint:forbidigo // a connection's deadline is in real time
	if r.conn != nil && now.Sub(r.conn.renewed) < r.limit/renewalsPerLimit {
		return nil
	}
	err := http.NewResponseController(r.ResponseWriter).SetWriteDeadline(now.Add(r.limit))
	if err != nil && !errors.Is(err, http.ErrNotSupported) { // a recorder in a test has no deadline
		return fmt.Errorf("renew the write deadline: %w", err)
	}
	if r.conn != nil {
		r.conn.renewed = now
	}
	return nil
}

// WriteHeader begins the answer, which may have no body.
func (r renewing) WriteHeader(status int) {
	_ = r.renew() // a connection that has ended fails at the next write
	r.ResponseWriter.WriteHeader(status)
}

// Write writes the answer's next bytes.
func (r renewing) Write(b []byte) (written int, err error) {
	for first := true; first || written < len(b); first = false {
		if err := r.renew(); err != nil {
			return written, err
		}
		if r.conn != nil { // what net/http writes while it takes this piece is followed by the rest of the piece
			r.conn.gather = true
		}
		n, err := r.ResponseWriter.Write(b[written:min(written+pieceSize, len(b))])
		if r.conn != nil {
			r.conn.gather = false
		}
		if written += n; err != nil {
			return written, err //nolint:wrapcheck // the connection's own error
		}
	}
	return written, nil
}

// Unwrap returns the writer below, which can be flushed.
func (r renewing) Unwrap() http.ResponseWriter { return r.ResponseWriter }
