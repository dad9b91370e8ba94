package mail

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"time"
)

// writeEML writes the message as RFC 5322 and RFC 2045 require: a multipart/mixed of the text in two forms and the
// attachments. The message must have passed Check.
func (m Message) writeEML(w io.Writer, date time.Time) error {
	var body bytes.Buffer
	mixed := multipart.NewWriter(&body)
	if err := m.writeParts(mixed); err != nil {
		return err
	}
	_, domain, _ := strings.Cut(m.From, "@")
	var head strings.Builder
	header := func(name, value string) { head.WriteString(fold(name+": "+value) + "\r\n") }
	header("From", (&netmail.Address{Name: m.FromName, Address: m.From}).String())
	header("To", addressList(m.To))
	if len(m.Cc) > 0 {
		header("Cc", addressList(m.Cc))
	}
	header("Subject", mime.QEncoding.Encode("utf-8", m.Subject))
	header("Date", date.Format(time.RFC1123Z))
	header("Message-ID", "<"+m.ID+"@"+domain+">")
	header("MIME-Version", "1.0")
	header("Content-Type", mime.FormatMediaType("multipart/mixed", map[string]string{"boundary": mixed.Boundary()}))
	if _, err := io.WriteString(w, head.String()+"\r\n"); err != nil {
		return err
	}
	_, err := body.WriteTo(w)
	return err
}

func (m Message) writeParts(mixed *multipart.Writer) error {
	var both bytes.Buffer
	alternative := multipart.NewWriter(&both)
	if err := writeText(alternative, "text/plain", m.Text); err != nil {
		return err
	}
	if err := writeText(alternative, "text/html", m.HTML); err != nil {
		return err
	}
	if err := alternative.Close(); err != nil {
		return err
	}
	part, err := mixed.CreatePart(textproto.MIMEHeader{
		"Content-Type": {"multipart/alternative;\r\n boundary=" + alternative.Boundary()}, // hexadecimal, so it needs no quotes
	})
	if err != nil {
		return err
	}
	if _, err := both.WriteTo(part); err != nil {
		return err
	}
	for _, a := range m.Attachments {
		if err := writeAttachment(mixed, a); err != nil {
			return err
		}
	}
	return mixed.Close()
}

func writeText(to *multipart.Writer, mediaType, text string) error {
	part, err := to.CreatePart(textproto.MIMEHeader{
		"Content-Type":              {mediaType + "; charset=utf-8"},
		"Content-Transfer-Encoding": {"quoted-printable"},
	})
	if err != nil {
		return err
	}
	qp := quotedprintable.NewWriter(part)
	if _, err := io.WriteString(qp, text); err != nil {
		return err
	}
	return qp.Close()
}

func writeAttachment(to *multipart.Writer, a Attachment) error {
	part, err := to.CreatePart(textproto.MIMEHeader{
		"Content-Type":              {a.Type},
		"Content-Disposition":       {mime.FormatMediaType("attachment", map[string]string{"filename": a.Name})},
		"Content-Transfer-Encoding": {"base64"},
	})
	if err != nil {
		return err
	}
	const column = 76 // RFC 2045, 6.8
	for s := base64.StdEncoding.EncodeToString(a.Data); s != ""; {
		line := s[:min(column, len(s))]
		s = s[len(line):]
		if _, err := io.WriteString(part, line+"\r\n"); err != nil {
			return err
		}
	}
	return nil
}

func addressList(addresses []string) string {
	list := make([]string, len(addresses))
	for i, a := range addresses {
		list[i] = (&netmail.Address{Address: a}).String()
	}
	return strings.Join(list, ", ")
}

// fold breaks a header line at spaces, so that lines have at most 76 columns where possible. It keeps lines that are
// folded already, such as encoded words.
func fold(line string) string {
	const column = 76
	var b strings.Builder
	length := 0
	for i, word := range strings.Split(strings.ReplaceAll(line, "\r\n ", " "), " ") {
		switch {
		case i == 0:
		case word != "" && length+1+len(word) > column:
			b.WriteString("\r\n ")
			length = 1
		default:
			b.WriteString(" ")
			length++
		}
		b.WriteString(word)
		length += len(word)
	}
	return b.String()
}
