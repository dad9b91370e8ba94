package mail_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/mail"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func clock() time.Time { return noon }

func message() mail.Message {
	return mail.Message{
		ID: "0199c0de-0000-7000-8000-000000000001", From: "desk@rosa.example", FromName: "Rosa Café, Wholesale",
		To: []string{"ann@bloom.example", "bob@bloom.example"}, Cc: []string{"cc@bloom.example"},
		Subject: "Invoice INV000123 from Rosa Café", Text: "Dear Ann,\nhere it is.\n", HTML: "<p>Dear Ann</p>",
		Attachments: []mail.Attachment{{Name: "Invoice-INV000123.pdf", Type: "application/pdf", Data: pdf()}},
	}
}

// pdf returns bytes of every value, like a PDF.
func pdf() []byte {
	data := []byte("%PDF-1.7\n")
	for i := range 1000 {
		data = append(data, byte(i))
	}
	return data
}

// unsendable returns messages that must never be sent, by what is wrong with them.
func unsendable() map[string]mail.Message {
	with := func(change func(*mail.Message)) mail.Message {
		m := message()
		change(&m)
		return m
	}
	return map[string]mail.Message{
		"id with a path":          with(func(m *mail.Message) { m.ID = "../../etc/passwd" }),
		"no id":                   with(func(m *mail.Message) { m.ID = "" }),
		"long id":                 with(func(m *mail.Message) { m.ID = strings.Repeat("a", 101) }),
		"no recipient":            with(func(m *mail.Message) { m.To = nil }),
		"no subject":              with(func(m *mail.Message) { m.Subject = "" }),
		"no text":                 with(func(m *mail.Message) { m.Text = "" }),
		"CRLF in subject":         with(func(m *mail.Message) { m.Subject = "Hi\r\nBcc: eve@evil.example" }),
		"LF in subject":           with(func(m *mail.Message) { m.Subject = "Hi\nBcc: eve@evil.example" }),
		"CR in subject":           with(func(m *mail.Message) { m.Subject = "Hi\rBcc: eve@evil.example" }),
		"NUL in subject":          with(func(m *mail.Message) { m.Subject = "Hi\x00" }),
		"long subject":            with(func(m *mail.Message) { m.Subject = strings.Repeat("x", 999) }),
		"subject not UTF-8":       with(func(m *mail.Message) { m.Subject = "Hi \xff" }),
		"CRLF in sender name":     with(func(m *mail.Message) { m.FromName = "Rosa\r\nBcc: eve@evil.example" }),
		"CRLF in from":            with(func(m *mail.Message) { m.From = "desk@rosa.example\r\nBcc: eve@evil.example" }),
		"from is a word":          with(func(m *mail.Message) { m.From = "desk" }),
		"CRLF in to":              with(func(m *mail.Message) { m.To = []string{"ann@bloom.example\r\nBcc: eve@evil.example"} }),
		"two addresses in one":    with(func(m *mail.Message) { m.To = []string{"ann@bloom.example, eve@evil.example"} }),
		"display name in to":      with(func(m *mail.Message) { m.To = []string{"Ann <ann@bloom.example>"} }),
		"group in cc":             with(func(m *mail.Message) { m.Cc = []string{"all: eve@evil.example;"} }),
		"empty cc":                with(func(m *mail.Message) { m.Cc = []string{""} }),
		"CRLF in file name":       with(func(m *mail.Message) { m.Attachments[0].Name = "a.pdf\r\nX: y" }),
		"CRLF in file type":       with(func(m *mail.Message) { m.Attachments[0].Type = "application/pdf\r\nX: y" }),
		"attachment without data": with(func(m *mail.Message) { m.Attachments[0].Data = nil }),
	}
}

func TestCheckNamesEveryFault(t *testing.T) {
	require.NoError(t, message().Check())
	for name, m := range unsendable() {
		require.Error(t, m.Check(), name)
	}
	m := message()
	m.Subject, m.To = "a\nb", []string{"nobody"}
	require.ErrorContains(t, m.Check(), "subject")
	require.ErrorContains(t, m.Check(), "to is not a plain e-mail address")
	require.NotContains(t, m.Check().Error(), "nobody", "errors contain no addresses")
}
