// Package mail renders e-mails and sends them: through SendGrid, or into files for development.
package mail

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"unicode/utf8"

	"github.com/orderdesk/orderdesk/pkg/email"
)

// Message is a rendered e-mail. Its ID is our opaque e-mail id and is the same in every attempt.
type Message struct {
	ID          string
	From        string // a plain address
	FromName    string // may be empty
	To, Cc      []string
	Subject     string
	Text, HTML  string
	Attachments []Attachment
}

// Attachment is a file in a message.
type Attachment struct {
	Name string // as the reader sees it
	Type string // its media type, such as application/pdf
	Data []byte
}

// Sender makes one attempt to send a message and returns the outcome. It never retries; the outbox decides about that.
type Sender interface {
	Send(ctx context.Context, m Message) email.Outcome
}

// longestHeader is the longest line that RFC 5322 permits, without its CRLF.
const longestHeader = 998

// plainID reports whether an id is one that needs no escaping anywhere.
func plainID(id string) bool {
	const longest = 100
	return id != "" && len(id) <= longest && strings.IndexFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
	}) < 0
}

// Check returns every reason why the message must not be sent. Above all, nothing in it may end a header line and begin
// another: a subject of "Hi\r\nBcc: everyone@…" is refused, not repaired.
func (m Message) Check() error {
	var faults []error
	if !plainID(m.ID) {
		faults = append(faults, errors.New("the e-mail id has characters that are not permitted"))
	}
	if len(m.To) == 0 {
		faults = append(faults, errors.New("there is no recipient"))
	}
	if m.Subject == "" || m.Text == "" || m.HTML == "" {
		faults = append(faults, errors.New("subject, text and HTML are required"))
	}
	faults = append(faults, checkAddress("from", m.From))
	for _, a := range m.To {
		faults = append(faults, checkAddress("to", a))
	}
	for _, a := range m.Cc {
		faults = append(faults, checkAddress("cc", a))
	}
	faults = append(faults, checkHeader("sender name", m.FromName), checkHeader("subject", m.Subject))
	for _, a := range m.Attachments {
		if a.Name == "" || a.Type == "" || len(a.Data) == 0 {
			faults = append(faults, errors.New("an attachment needs name, type and data"))
		}
		faults = append(faults, checkHeader("attachment name", a.Name), checkHeader("attachment type", a.Type))
	}
	return errors.Join(faults...)
}

// checkAddress accepts exactly one address without a display name, as net/mail reads it.
func checkAddress(field, address string) error {
	if err := checkHeader(field, address); err != nil {
		return err
	}
	parsed, err := netmail.ParseAddress(address)
	if err != nil || parsed.Name != "" || parsed.Address != address {
		return fmt.Errorf("%s is not a plain e-mail address", field)
	}
	return nil
}

func checkHeader(field, value string) error {
	switch {
	case strings.ContainsAny(value, "\r\n\x00"):
		return fmt.Errorf("%s contains a line break or NUL", field)
	case len(value) > longestHeader:
		return fmt.Errorf("%s is longer than %d bytes", field, longestHeader)
	case !utf8.ValidString(value):
		return fmt.Errorf("%s is not UTF-8", field)
	}
	return nil
}

// invalid is the outcome of a message that Check refuses. A retry cannot help.
func invalid(err error) email.Outcome {
	return email.Rejected(email.CodeMessageInvalid, strings.ReplaceAll(err.Error(), "\n", "; "))
}
