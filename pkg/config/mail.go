package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/mail"
	"net/url"
	"os"
	"strings"
	"unicode"
)

func (r *reader) mail() Mail {
	const remedy = "Set SENDGRID_API_KEY to send e-mails, or MAIL_DIR to write them to files."
	key, given := r.twin("SENDGRID_API_KEY")
	m := Mail{
		From:               r.sender(),
		Dir:                r.text("MAIL_DIR"),
		SendGridAPIKey:     Secret(strings.TrimSpace(key)),
		SendGridBaseURL:    r.sendGridURL(),
		SendGridWebhookKey: r.webhookKey(),
	}
	switch {
	case given && m.Dir != "":
		r.wrong("SENDGRID_API_KEY", "Unset MAIL_DIR to send e-mails, or SENDGRID_API_KEY to write them to files.", "and MAIL_DIR are both set")
	case !given && m.Dir == "":
		r.wrong("SENDGRID_API_KEY", remedy, "and MAIL_DIR are both not set")
	}
	// The key is sent in a header.
	if strings.ContainsFunc(m.SendGridAPIKey.Reveal(), func(c rune) bool { return c > unicode.MaxASCII || !unicode.IsGraphic(c) || c == ' ' }) {
		r.wrong("SENDGRID_API_KEY", "Set the whole key as SendGrid shows it, with SG. at the start.", "has a character that no key has")
	}
	if info, err := os.Stat(m.Dir); m.Dir != "" && err == nil && !info.IsDir() {
		r.wrong("MAIL_DIR", "Set the path of a directory. It is created if it does not exist.", "names %s, which is a file", m.Dir)
	}
	return m
}

func (r *reader) sender() mail.Address {
	const name, remedy = "MAIL_FROM", "Set one address that SendGrid has verified, such as Orders <orders@farm.example>."
	value := r.required(name, remedy)
	if value == "" {
		return mail.Address{}
	}
	from, err := mail.ParseAddress(value)
	if err != nil {
		r.wrong(name, remedy, "is %q, which is not an address", value)
		return mail.Address{}
	}
	return *from
}

func (r *reader) sendGridURL() string {
	const name, remedy = "SENDGRID_BASE_URL", "Set https://api.sendgrid.com or https://api.eu.sendgrid.com, or unset it."
	value := r.text(name)
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		r.wrong(name, remedy, "is not a URL")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "":
		r.wrong(name, remedy, "has more than scheme and host")
	case u.Scheme == "http" && !isLoopback(u):
		r.wrong(name, remedy, "is http without TLS: others on the network could read the key and the e-mails")
	}
	return strings.TrimRight(value, "/")
}

// webhookKey accepts the base64 that SendGrid shows, and PEM.
func (r *reader) webhookKey() string {
	const name, remedy = "SENDGRID_WEBHOOK_PUBLIC_KEY", "Copy the Verification Key from SendGrid's Event Webhook settings, or unset it."
	value, _ := r.twin(name)
	if value = strings.TrimSpace(value); value == "" {
		return ""
	}
	der, err := base64.StdEncoding.DecodeString(value)
	if block, _ := pem.Decode([]byte(value)); block != nil {
		der, err = block.Bytes, nil
	}
	if err != nil {
		r.wrong(name, remedy, "is not base64")
		return ""
	}
	public, err := x509.ParsePKIXPublicKey(der)
	if k, ok := public.(*ecdsa.PublicKey); err != nil || !ok || k.Curve != elliptic.P256() {
		r.wrong(name, remedy, "is not a public key on P-256")
	}
	return base64.StdEncoding.EncodeToString(der)
}
