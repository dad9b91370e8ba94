// Package webhook handles signed HTTP calls between services. It verifies SendGrid's event webhook. It signs and sends our own webhooks
// by Standard Webhooks 1.0, to public addresses only.
package webhook

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Tolerance is how far a signed timestamp may differ from our clock, in both directions.
const Tolerance = 5 * time.Minute

// The headers of SendGrid's signed event webhook.
const (
	SignatureHeader = "X-Twilio-Email-Event-Webhook-Signature"
	TimestampHeader = "X-Twilio-Email-Event-Webhook-Timestamp"
)

// ParsePublicKey reads the verification key as SendGrid shows it: base64 of a DER public key (PKIX) on the curve P-256.
func ParsePublicKey(text string) (*ecdsa.PublicKey, error) {
	der, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("decode the webhook key: %w", err)
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, fmt.Errorf("parse the webhook key: %w", err)
	}
	key, ok := parsed.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, errors.New("the webhook key is not an ECDSA key of the curve P-256")
	}
	return key, nil
}

// VerifySendGrid accepts a body that SendGrid signed within the tolerance of now. Any other body is a
// fault.SignatureInvalid, always with the same text. body must be the received bytes, because the signature covers them
// and the timestamp. A replay within the tolerance is accepted; repeated events do no harm.
func VerifySendGrid(key *ecdsa.PublicKey, header http.Header, body []byte, now time.Time, tolerance time.Duration) error {
	if err := verify(key, header, body, now, tolerance); err != nil {
		return fault.New(fault.SignatureInvalid, "The webhook's signature is missing, wrong or too old.").Because(err)
	}
	return nil
}

func verify(key *ecdsa.PublicKey, header http.Header, body []byte, now time.Time, tolerance time.Duration) error {
	signatures, timestamps := header.Values(SignatureHeader), header.Values(TimestampHeader)
	if len(signatures) != 1 || len(timestamps) != 1 {
		return errors.New("the signature headers must be present exactly once")
	}
	seconds, err := strconv.ParseInt(timestamps[0], 10, 64)
	if err != nil {
		return errors.New("the timestamp is not a number of seconds")
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > tolerance || age < -tolerance {
		return fmt.Errorf("the timestamp is %v from now", age)
	}
	signature, err := base64.StdEncoding.DecodeString(signatures[0])
	if err != nil {
		return errors.New("the signature is not base64")
	}
	digest := sha256.New()
	digest.Write([]byte(timestamps[0]))
	digest.Write(body)
	if !ecdsa.VerifyASN1(key, digest.Sum(nil), signature) {
		return errors.New("the signature does not match this key and body")
	}
	return nil
}
