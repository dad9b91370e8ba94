package webhook

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of Standard Webhooks 1.0.
const (
	HeaderID        = "Webhook-Id"
	HeaderTimestamp = "Webhook-Timestamp"
	HeaderSignature = "Webhook-Signature"
)

// secretBytes is the length of keys and of signing secrets.
const secretBytes = 32

// secretPrefix begins the text of a secret, by Standard Webhooks.
const secretPrefix = "whsec_"

// Secret is the secret by which webhooks are signed.
type Secret []byte

// String returns the secret as receivers get it.
func (s Secret) String() string { return secretPrefix + base64.StdEncoding.EncodeToString(s) }

// Sign sets the headers of a webhook. Every secret signs, so that a receiver that has one of them accepts it.
func Sign(h http.Header, id string, at time.Time, body []byte, secrets []Secret) {
	seconds := strconv.FormatInt(at.Unix(), 10)
	signatures := make([]string, len(secrets))
	for i, s := range secrets {
		mac := hmac.New(sha256.New, s)
		mac.Write([]byte(id + "." + seconds + "."))
		mac.Write(body)
		signatures[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	h.Set(HeaderID, id)
	h.Set(HeaderTimestamp, seconds)
	h.Set(HeaderSignature, strings.Join(signatures, " "))
}

// errUnsigned is the error of a webhook that Verify refuses.
var errUnsigned = errors.New("the webhook is not signed with this secret, or is too old")

// Verify returns an error unless one of the signatures of a webhook is by the secret, as its receiver got it, and its time is at most
// Tolerance from now.
func Verify(secret string, h http.Header, body []byte, now time.Time) error {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
	if err != nil || len(key) == 0 {
		return errUnsigned
	}
	seconds, err := strconv.ParseInt(h.Get(HeaderTimestamp), 10, 64)
	at := time.Unix(seconds, 0)
	if off := now.Sub(at); err != nil || off > Tolerance || off < -Tolerance {
		return errUnsigned
	}
	want := http.Header{}
	Sign(want, h.Get(HeaderID), at, body, []Secret{key})
	for signature := range strings.FieldsSeq(h.Get(HeaderSignature)) {
		if hmac.Equal([]byte(signature), []byte(want.Get(HeaderSignature))) {
			return nil
		}
	}
	return errUnsigned
}

// Keys derives the secrets of endpoints, which are therefore not stored: a copy of the database has none. The first key derives new
// secrets. A second one, which was the first before, derives those that it derived.
type Keys struct{ keys []key }

type key struct {
	id     string // names the key in the database and says nothing about it
	secret []byte
}

// ErrNoKey is the error of a secret whose key is not among the keys.
var ErrNoKey = errors.New("the key that derives the secret is not configured")

// ParseKeys reads one key, or two with a comma between them: each 32 bytes as base64 or as hex. Its errors do not contain the text.
func ParseKeys(text string) (Keys, error) {
	var keys Keys
	for part := range strings.SplitSeq(text, ",") {
		secret, err := parseKey(strings.TrimSpace(part))
		if err != nil {
			return Keys{}, err
		}
		id, err := hkdf.Key(sha256.New, secret, nil, "orderdesk webhook key id", 6)
		if err != nil {
			return Keys{}, err
		}
		keys.keys = append(keys.keys, key{hex.EncodeToString(id), secret})
	}
	switch {
	case len(keys.keys) > 2:
		return Keys{}, fmt.Errorf("has %d keys", len(keys.keys))
	case len(keys.keys) == 2 && keys.keys[0].id == keys.keys[1].id:
		return Keys{}, errors.New("has the same key twice")
	}
	return keys, nil
}

func parseKey(text string) ([]byte, error) {
	if raw, err := hex.DecodeString(text); err == nil && len(raw) == secretBytes {
		return raw, nil
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if raw, err := encoding.DecodeString(text); err == nil && len(raw) == secretBytes {
			return raw, nil
		}
	}
	return nil, fmt.Errorf("has a key that is not %d bytes as base64 or hex", secretBytes)
}

// Format prints no key, whatever the verb.
func (k Keys) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[redacted]") }

// Configured reports whether there is a key.
func (k Keys) Configured() bool { return len(k.keys) > 0 }

// Newest returns the id of the key that derives new secrets. There must be one.
func (k Keys) Newest() string { return k.keys[0].id }

// Secret derives the secret of an endpoint. If no key has the id, the error is ErrNoKey.
func (k Keys) Secret(keyID, endpointID string, generation int) (Secret, error) {
	for _, candidate := range k.keys {
		if candidate.id == keyID {
			return hkdf.Key(sha256.New, candidate.secret, nil, fmt.Sprintf("orderdesk webhook secret %s %d", endpointID, generation), secretBytes)
		}
	}
	return nil, ErrNoKey
}
