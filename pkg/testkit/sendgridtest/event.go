package sendgridtest

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// The headers of a signed event webhook.
const (
	SignatureHeader = "X-Twilio-Email-Event-Webhook-Signature"
	TimestampHeader = "X-Twilio-Email-Event-Webhook-Timestamp"
)

// Event is one event as SendGrid posts it. Custom arguments are among its members.
type Event struct {
	Email     string `json:"email"`
	Timestamp int64  `json:"timestamp"`
	SMTPID    string `json:"smtp-id,omitempty"`
	Event     string `json:"event"`
	EventID   string `json:"sg_event_id"`
	MessageID string `json:"sg_message_id,omitempty"`
	Reason    string `json:"reason,omitempty"`
	Status    string `json:"status,omitempty"`
	Response  string `json:"response,omitempty"`
	Attempt   string `json:"attempt,omitempty"`
	Type      string `json:"type,omitempty"`
	EmailID   string `json:"email_id,omitempty"`
}

// Events returns events of one kind (processed, deferred, delivered, bounce, dropped, open) for each recipient of an
// accepted mail. Tests may post them in any order and repeatedly, as SendGrid does.
func (s *Server) Events(m Mail, kind string) []Event {
	var events []Event
	for _, list := range [][]string{m.To, m.Cc, m.Bcc} {
		for _, a := range list {
			events = append(events, s.event(m, kind, a))
		}
	}
	return events
}

func (s *Server) event(m Mail, kind, recipient string) Event {
	id := make([]byte, 16)
	_, _ = rand.Read(id) // never fails, as documented
	e := Event{
		Email: recipient, Timestamp: s.now().Unix(), Event: kind, EmailID: m.EmailID,
		EventID:   base64.RawURLEncoding.EncodeToString(id),
		MessageID: m.MessageID + ".recvd-6f9c4d7b9-x2x4q-1-64F0A1B2-1D.0", // SendGrid appends its server
		SMTPID:    "<" + m.MessageID + "@geopod-ismtpd-1>",
	}
	switch kind {
	case "delivered":
		e.Response = "250 2.0.0 OK"
	case "deferred":
		e.Response, e.Attempt = "451 4.7.1 try again later", "2"
	case "bounce":
		e.Reason, e.Status, e.Type = "550 5.1.1 The email account that you tried to reach does not exist.", "5.1.1", "bounce"
	case "dropped":
		e.Reason, e.Status = "Bounced Address", "5.0.0"
	}
	return e
}

// Post posts the events as one signed batch to the webhook's address, and returns the answer's status.
func (s *Server) Post(ctx context.Context, url string, events ...Event) (int, error) {
	batch, err := json.Marshal(events)
	if err != nil {
		return 0, fmt.Errorf("encode the events: %w", err)
	}
	batch = append(batch, '\r', '\n') // SendGrid's body ends like this, and the signature covers it
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(batch))
	if err != nil {
		return 0, fmt.Errorf("create the webhook request: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	for name, value := range s.Sign(strconv.FormatInt(s.now().Unix(), 10), batch) {
		request.Header[name] = value
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, fmt.Errorf("post the events: %w", err)
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, nil
}

// Sign returns the headers that sign the body at the timestamp, in seconds since 1970.
func (s *Server) Sign(timestamp string, body []byte) http.Header {
	digest := sha256.Sum256(append([]byte(timestamp), body...))
	signature, err := ecdsa.SignASN1(rand.Reader, s.signer, digest[:])
	if err != nil {
		panic(err) // only a broken random source fails
	}
	h := http.Header{}
	h.Set(SignatureHeader, base64.StdEncoding.EncodeToString(signature))
	h.Set(TimestampHeader, timestamp)
	return h
}
