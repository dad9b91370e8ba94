// Package sendgridtest is a fake SendGrid: it accepts mail over HTTP with SendGrid's validation, limits, answers and
// error texts, keeps a journal of accepted mail, fails on request, and posts signed events.
package sendgridtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"
)

// SendGrid's documented limits.
const (
	MaxBytes      = 30 << 20 // of a request, attachments included
	MaxRecipients = 1000     // of a request: to, cc and bcc together
)

// Server is a running fake. It is safe for concurrent use.
type Server struct {
	key    string
	now    func() time.Time
	http   *httptest.Server
	signer *ecdsa.PrivateKey
	closed chan struct{}

	mu       sync.Mutex
	script   []Fault
	standing *Fault
	accepted []Mail
	requests int
	serial   int
}

// Start starts a fake that accepts the API key, on a free port of the loopback address. It takes the time from now.
// Close stops it.
func Start(key string, now func() time.Time) (*Server, error) {
	signer, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("create the event key: %w", err)
	}
	s := &Server{key: key, now: now, signer: signer, closed: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("/v3/mail/send", s.send)
	s.http = httptest.NewServer(mux)
	return s, nil
}

// Close stops the fake and every answer that it still delays.
func (s *Server) Close() {
	close(s.closed)
	s.http.CloseClientConnections()
	s.http.Close()
}

// URL is the base address, for SENDGRID_BASE_URL.
func (s *Server) URL() string { return s.http.URL }

// PublicKey is the key that verifies the events, as SendGrid shows it: base64 of DER (PKIX).
func (s *Server) PublicKey() string {
	der, err := x509.MarshalPKIXPublicKey(&s.signer.PublicKey)
	if err != nil {
		panic(err) // a P-256 key can always be marshalled
	}
	return base64.StdEncoding.EncodeToString(der)
}

// Requests returns how many requests arrived, accepted or not.
func (s *Server) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// Accepted returns the journal: every accepted mail, in order, even if the caller got no answer.
func (s *Server) Accepted() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.accepted...)
}

// ByEmailID returns the accepted mails with this e-mail id; several mean that an e-mail was sent more than once.
func (s *Server) ByEmailID(id string) []Mail {
	var found []Mail
	for _, m := range s.Accepted() {
		if m.EmailID == id {
			found = append(found, m)
		}
	}
	return found
}

func (s *Server) send(w http.ResponseWriter, r *http.Request) {
	fault := s.nextFault()
	if fault.act(s, w, r, before, Mail{}) {
		return
	}
	if r.Method != http.MethodPost {
		refuse(w, http.StatusMethodNotAllowed, problem{Message: "method not allowed"})
		return
	}
	if !s.authorized(w, r) {
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxBytes+1))
	if err != nil {
		return // the caller disconnected while sending the body, so nobody reads an answer
	}
	if len(body) > MaxBytes {
		refuse(w, http.StatusRequestEntityTooLarge, problem{Message: "The JSON payload you have included in your request is too large."})
		return
	}
	mail, problems := read(body)
	if len(problems) > 0 {
		refuse(w, http.StatusBadRequest, problems...)
		return
	}
	s.rateHeaders(w.Header(), 599)
	mail = s.journal(mail)
	if fault.act(s, w, r, after, mail) {
		return
	}
	w.Header().Set("X-Message-Id", mail.MessageID)
	w.WriteHeader(http.StatusAccepted)
}

func (s *Server) authorized(w http.ResponseWriter, r *http.Request) bool {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case !ok || token == "":
		refuse(w, http.StatusUnauthorized, problem{Message: "Permission denied, wrong credentials"})
	case token != s.key:
		refuse(w, http.StatusUnauthorized, problem{Message: "The provided authorization grant is invalid, expired, or revoked"})
	case !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"):
		refuse(w, http.StatusUnsupportedMediaType, problem{Message: "Content-Type should be application/json."})
	default:
		return true
	}
	return false
}

func (s *Server) journal(m Mail) Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	m.MessageID = fmt.Sprintf("double%016d", s.serial)
	m.At = s.now()
	s.accepted = append(s.accepted, m)
	return m
}

// rateHeaders sets the headers of the rate limit like SendGrid: the reset is in seconds since 1970.
func (s *Server) rateHeaders(h http.Header, remaining int) {
	h.Set("X-RateLimit-Limit", "600")
	h.Set("X-RateLimit-Remaining", strconv.Itoa(remaining))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(s.now().Add(time.Minute).Unix(), 10))
}
