package sendgridtest

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// Fault is one failure. Its answer replaces the usual one. Some faults first accept the mail into the journal.
type Fault struct {
	when moment
	do   func(s *Server, w http.ResponseWriter, r *http.Request, m Mail) (done bool) // m is set only for after
}

// moment says when a fault occurs: before the request is read, or after the mail is in the journal.
type moment int

const (
	before moment = iota
	after
)

func (f Fault) act(s *Server, w http.ResponseWriter, r *http.Request, now moment, m Mail) bool {
	return f.do != nil && f.when == now && f.do(s, w, r, m)
}

// Script makes the next requests meet the faults, one each, in order. After that the fake works normally.
func (s *Server) Script(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = append(s.script, faults...)
}

// Always makes every request meet the fault, after the script is used up, until Heal.
func (s *Server) Always(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.standing = &f
}

// Heal ends all faults.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script, s.standing = nil, nil
}

func (s *Server) nextFault() Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	switch {
	case len(s.script) > 0:
		f := s.script[0]
		s.script = s.script[1:]
		return f
	case s.standing != nil:
		return *s.standing
	}
	return Fault{}
}

// Times repeats the fault n times, for Script.
func Times(n int, f Fault) []Fault {
	list := make([]Fault, n)
	for i := range list {
		list[i] = f
	}
	return list
}

// Answer refuses with the status and SendGrid's error body: 400, 401, 403, 413, 500, 503 and so on.
func Answer(status int) Fault {
	return instead(func(_ *Server, w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		refuse(w, status, problem{Message: saying[status]})
	})
}

// Says refuses with the status and SendGrid's error body with this message.
func Says(status int, message string) Fault {
	return instead(func(_ *Server, w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		refuse(w, status, problem{Message: message})
	})
}

// Named accepts the mail and answers with this X-Message-Id.
func Named(id string) Fault {
	return afterwards(func(_ *Server, w http.ResponseWriter, _ *http.Request, _ Mail) bool {
		w.Header()["X-Message-Id"] = []string{id}
		w.WriteHeader(http.StatusAccepted)
		return true
	})
}

var saying = map[int]string{
	400: "Bad Request",
	401: "The provided authorization grant is invalid, expired, or revoked",
	403: "The from address does not match a verified Sender Identity. Mail cannot be sent until this error is resolved.",
	413: "The JSON payload you have included in your request is too large.",
	500: "Internal Server Error",
	503: "Service Unavailable",
}

// RateLimited answers 429 with X-RateLimit-Reset at the time reset.
func RateLimited(reset time.Time) Fault {
	return instead(func(s *Server, w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		s.rateHeaders(w.Header(), 0)
		w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
		refuse(w, http.StatusTooManyRequests, problem{Message: "too many requests"})
	})
}

// RetryAfter answers the status with a Retry-After in seconds.
func RetryAfter(status, seconds int) Fault {
	return instead(func(_ *Server, w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
		refuse(w, status, problem{Message: saying[status]})
	})
}

// HangUp closes the connection before it reads the body.
func HangUp() Fault {
	return instead(func(_ *Server, w http.ResponseWriter, _ *http.Request) { cut(w) })
}

// Redirect answers 307 to the address.
func Redirect(to string) Fault {
	return instead(func(_ *Server, w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		http.Redirect(w, r, to, http.StatusTemporaryRedirect)
	})
}

// HugeAnswer answers the status with n bytes of body.
func HugeAnswer(status int, n int64) Fault {
	return instead(func(_ *Server, w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
		_, _ = io.CopyN(w, zeros{}, n)
	})
}

// DropReply accepts the mail and closes the connection without an answer.
func DropReply() Fault {
	return afterwards(func(_ *Server, w http.ResponseWriter, _ *http.Request, _ Mail) bool {
		cut(w)
		return true
	})
}

// ReplyAfter accepts the mail, and answers after d, or when the caller disconnects.
func ReplyAfter(d time.Duration) Fault {
	return afterwards(func(s *Server, _ http.ResponseWriter, r *http.Request, _ Mail) bool {
		s.wait(r, d)
		return false
	})
}

// ResetMidBody accepts the mail, answers 202 and a part of a body, and resets the connection.
func ResetMidBody() Fault {
	return afterwards(func(_ *Server, w http.ResponseWriter, _ *http.Request, m Mail) bool {
		w.Header().Set("X-Message-Id", m.MessageID)
		w.Header().Set("Content-Length", "1000")
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, "half of a ")
		_ = http.NewResponseController(w).Flush()
		cut(w)
		return true
	})
}

// SlowAnswer accepts the mail, answers 202, and then sends a byte of the body at each interval, forever.
func SlowAnswer(interval time.Duration) Fault {
	return afterwards(func(s *Server, w http.ResponseWriter, r *http.Request, m Mail) bool {
		w.Header().Set("X-Message-Id", m.MessageID)
		w.WriteHeader(http.StatusAccepted)
		for s.wait(r, interval) {
			_, _ = io.WriteString(w, ".")
			_ = http.NewResponseController(w).Flush()
		}
		return true
	})
}

func instead(do func(*Server, http.ResponseWriter, *http.Request)) Fault {
	return Fault{when: before, do: func(s *Server, w http.ResponseWriter, r *http.Request, _ Mail) bool {
		do(s, w, r)
		return true
	}}
}

func afterwards(do func(*Server, http.ResponseWriter, *http.Request, Mail) (done bool)) Fault {
	return Fault{when: after, do: do}
}

// wait waits for d. It returns false if the caller has disconnected or the fake was closed.
func (s *Server) wait(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
	case <-s.closed:
	}
	return false
}

// cut resets the connection.
func cut(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(interface{ SetLinger(int) error }); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '0'
	}
	return len(p), nil
}
