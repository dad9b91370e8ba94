package mail

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/orderdesk/orderdesk/pkg/email"
)

// Files writes e-mails to a folder as .eml files, which any mail program opens. It is for development.
type Files struct {
	dir string
	now func() time.Time
}

// NewFiles creates a sender that writes to the folder dir and creates it when needed. The files' names begin with the
// time of now in UTC.
func NewFiles(dir string, now func() time.Time) *Files {
	return &Files{dir: dir, now: now}
}

// Send writes the message as <time>_<subject>_<e-mail id>.eml. It writes to a temporary file and renames it, so the
// file appears complete. An e-mail that is sent again replaces its file. If the folder cannot be written, the outcome
// is a retry.
func (f *Files) Send(ctx context.Context, m Message) email.Outcome {
	if err := m.Check(); err != nil {
		return invalid(err)
	}
	if err := ctx.Err(); err != nil {
		return email.RetryAfter(time.Time{}, email.CodeUnavailable, "the e-mail was not written: "+err.Error())
	}
	name, err := f.write(m)
	if err != nil {
		return email.RetryAfter(time.Time{}, email.CodeUnavailable, "the e-mail was not written: "+err.Error())
	}
	return email.Accepted(name)
}

func (f *Files) write(m Message) (name string, err error) {
	if err := os.MkdirAll(f.dir, 0o750); err != nil {
		return "", fmt.Errorf("create the mail folder: %w", err)
	}
	now := f.now().UTC()
	name, err = f.nameOf(m, now)
	if err != nil {
		return "", err
	}
	temporary, err := os.CreateTemp(f.dir, ".writing-*")
	if err != nil {
		return "", fmt.Errorf("create the e-mail's file: %w", err)
	}
	defer func() {
		if err != nil {
			_ = temporary.Close()
			_ = os.Remove(temporary.Name())
		}
	}()
	if err := m.writeEML(temporary, now); err != nil {
		return "", fmt.Errorf("write the e-mail's file: %w", err)
	}
	if err := temporary.Sync(); err != nil {
		return "", fmt.Errorf("write the e-mail's file: %w", err)
	}
	if err := temporary.Close(); err != nil {
		return "", fmt.Errorf("close the e-mail's file: %w", err)
	}
	if err := os.Rename(temporary.Name(), filepath.Join(f.dir, name)); err != nil {
		return "", fmt.Errorf("rename the e-mail's file: %w", err)
	}
	return name, nil
}

// nameOf returns the e-mail's file name, which is the existing one if it was sent before.
func (f *Files) nameOf(m Message, now time.Time) (string, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return "", fmt.Errorf("read the mail folder: %w", err)
	}
	ending := "_" + m.ID + ".eml"
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ending) {
			return e.Name(), nil
		}
	}
	return now.Format("20060102-150405") + "_" + slug(m.Subject) + ending, nil
}

// slug returns the text as part of a file name: its letters and digits, at most 60 bytes, joined by hyphens.
func slug(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) // marks are vowels in Thai and Hindi
	})
	s := ""
	for _, w := range words {
		if len(s)+len(w) >= 60 {
			break
		}
		if s != "" {
			s += "-"
		}
		s += w
	}
	if s == "" {
		return "email"
	}
	return s
}

var _ Sender = (*Files)(nil)
