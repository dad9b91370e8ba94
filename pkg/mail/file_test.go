package mail_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/mail"
)

func TestFilesAreCompleteEmailsThatAnyReaderOpens(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "var", "mail")
	m := message()
	outcome := mail.NewFiles(dir, clock).Send(context.Background(), m)
	require.Equal(t, email.Accepted("20261123-120000_invoice-inv000123-from-rosa-café_"+m.ID+".eml"), outcome)

	raw, err := os.ReadFile(filepath.Join(dir, outcome.ProviderID))
	require.NoError(t, err)
	for _, line := range strings.Split(string(raw), "\r\n") {
		require.LessOrEqual(t, len(line), 78)
		require.NotContains(t, line, "\n", "every line ends with CRLF")
	}
	parsed, err := netmail.ReadMessage(strings.NewReader(string(raw)))
	require.NoError(t, err)
	subject, err := new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject"))
	require.NoError(t, err)
	require.Equal(t, m.Subject, subject)
	from, err := parsed.Header.AddressList("From")
	require.NoError(t, err)
	require.Equal(t, []*netmail.Address{{Name: m.FromName, Address: m.From}}, from)
	to, err := parsed.Header.AddressList("To")
	require.NoError(t, err)
	require.Len(t, to, 2)
	date, err := parsed.Header.Date()
	require.NoError(t, err)
	require.True(t, noon.Equal(date))
	require.Equal(t, "<"+m.ID+"@rosa.example>", parsed.Header.Get("Message-ID"))

	mixed := parts(t, parsed.Header.Get("Content-Type"), "multipart/mixed", parsed.Body)
	require.Len(t, mixed, 2)
	both := parts(t, mixed[0].head, "multipart/alternative", strings.NewReader(mixed[0].body))
	require.Len(t, both, 2)
	require.Equal(t, "text/plain; charset=utf-8", both[0].head, "the plain text comes first")
	text, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(both[0].body)))
	require.NoError(t, err)
	require.Equal(t, m.Text, strings.ReplaceAll(string(text), "\r\n", "\n"))
	require.Equal(t, "text/html; charset=utf-8", both[1].head)
	require.Equal(t, "application/pdf", mixed[1].head)
	require.Equal(t, "Invoice-INV000123.pdf", mixed[1].file)
	data, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(mixed[1].body, "\r\n", ""))
	require.NoError(t, err)
	require.Equal(t, pdf(), data)
}

type part struct{ head, file, body string }

func parts(t *testing.T, contentType, want string, body io.Reader) (list []part) {
	t.Helper()
	mediaType, params, err := mime.ParseMediaType(contentType)
	require.NoError(t, err)
	require.Equal(t, want, mediaType)
	for r := multipart.NewReader(body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return list
		}
		require.NoError(t, err)
		b, err := io.ReadAll(p)
		require.NoError(t, err)
		list = append(list, part{p.Header.Get("Content-Type"), p.FileName(), string(b)})
	}
}

func TestAnEmailSentAgainReplacesItsFile(t *testing.T) {
	dir := t.TempDir()
	now := noon
	sender := mail.NewFiles(dir, func() time.Time { return now })
	m := message()
	first := sender.Send(context.Background(), m)
	now, m.Subject = noon.Add(time.Hour), "Another subject"
	require.Equal(t, first, sender.Send(context.Background(), m))
	m.ID = "other"
	require.NotEqual(t, first, sender.Send(context.Background(), m))

	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 2, "no temporary file is left")
	raw, err := os.ReadFile(filepath.Join(dir, first.ProviderID))
	require.NoError(t, err)
	require.Contains(t, string(raw), "Subject: Another subject\r\n")
}

func TestFilesRefuseWhatSendGridWouldNeverGet(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mail")
	sender := mail.NewFiles(dir, clock)
	for name, m := range unsendable() {
		outcome := sender.Send(context.Background(), m)
		require.Equal(t, email.CauseRejected, outcome.Cause, name)
		require.Equal(t, email.CodeMessageInvalid, outcome.Code, name)
	}
	require.NoDirExists(t, dir)
}

func TestAFolderThatCannotBeWrittenIsARetry(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(blocked, nil, 0o600))
	require.Equal(t, email.CauseRetry, mail.NewFiles(blocked, clock).Send(context.Background(), message()).Cause)

	dir := t.TempDir()
	inTheWay := "x_" + message().ID + ".eml" // a folder with the e-mail's name: the file is written but cannot be renamed
	require.NoError(t, os.Mkdir(filepath.Join(dir, inTheWay), 0o700))
	require.Equal(t, email.CauseRetry, mail.NewFiles(dir, clock).Send(context.Background(), message()).Cause)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "the temporary file is removed")

	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	require.Equal(t, email.CauseRetry, mail.NewFiles(t.TempDir(), clock).Send(cancelled, message()).Cause)
}

func TestLongHeadersAreFolded(t *testing.T) {
	dir := t.TempDir()
	m := message()
	m.Subject = strings.Repeat("Roses  and üblich tulips, ", 30)
	m.To = nil
	for i := range 50 {
		m.To = append(m.To, strings.Repeat("a", i+1)+"@bloom.example")
	}
	outcome := mail.NewFiles(dir, clock).Send(context.Background(), m)
	require.Equal(t, email.CauseAccepted, outcome.Cause)
	raw, err := os.ReadFile(filepath.Join(dir, outcome.ProviderID))
	require.NoError(t, err)
	for _, line := range strings.Split(string(raw), "\r\n") {
		require.LessOrEqual(t, len(line), 78)
	}
	parsed, err := netmail.ReadMessage(strings.NewReader(string(raw)))
	require.NoError(t, err)
	subject, err := new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject"))
	require.NoError(t, err)
	require.Equal(t, m.Subject, subject)
	to, err := parsed.Header.AddressList("To")
	require.NoError(t, err)
	require.Len(t, to, 50)
}
