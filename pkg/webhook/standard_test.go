package webhook_test

import (
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/webhook"
)

const (
	keyA = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	keyB = "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"
)

func keysOf(t *testing.T, text string) webhook.Keys {
	t.Helper()
	keys, err := webhook.ParseKeys(text)
	require.NoError(t, err)
	return keys
}

func secretOf(t *testing.T, keys webhook.Keys, endpoint string, generation int) webhook.Secret {
	t.Helper()
	s, err := keys.Secret(keys.Newest(), endpoint, generation)
	require.NoError(t, err)
	require.Len(t, s, 32)
	return s
}

func TestASignatureIsTheStandards(t *testing.T) {
	keys := keysOf(t, keyA)
	newer, older := secretOf(t, keys, "e1", 2), secretOf(t, keys, "e1", 1)
	body := []byte(`{"id":"01a2","type":"order.confirmed"}`)
	h := http.Header{}
	webhook.Sign(h, "01a2", time.Now(), body, []webhook.Secret{newer, older})
	for _, s := range []webhook.Secret{newer, older} {
		library, err := standardwebhooks.NewWebhook(s.String())
		require.NoError(t, err)
		require.NoError(t, library.Verify(body, h))
		require.Error(t, library.Verify(append(body, ' '), h), "a changed body")
		changed := h.Clone()
		changed.Set(webhook.HeaderID, "01a3")
		require.Error(t, library.Verify(body, changed), "another id")
	}
	stranger, err := standardwebhooks.NewWebhook(secretOf(t, keys, "e2", 1).String())
	require.NoError(t, err)
	require.Error(t, stranger.Verify(body, h), "the secret of another endpoint")

	old := http.Header{}
	webhook.Sign(old, "01a2", time.Now().Add(-time.Hour), body, []webhook.Secret{newer})
	library, err := standardwebhooks.NewWebhook(newer.String())
	require.NoError(t, err)
	require.Error(t, library.Verify(body, old), "an old timestamp")
}

// The specification's own library signs.
func TestVerify(t *testing.T) {
	secret := secretOf(t, keysOf(t, keyA), "e1", 1).String()
	library, err := standardwebhooks.NewWebhook(secret)
	require.NoError(t, err)
	now, body := time.Now(), []byte(`{"id":"01a2","type":"order.confirmed"}`)
	signature, err := library.Sign("01a2", now, body)
	require.NoError(t, err)
	header := func(id string, at time.Time, signature string) http.Header {
		h := http.Header{}
		h.Set("webhook-id", id)
		h.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
		h.Set("webhook-signature", signature)
		return h
	}
	require.NoError(t, webhook.Verify(secret, header("01a2", now, "v1,AAAA "+signature), body, now))
	require.NoError(t, webhook.Verify(secret, header("01a2", now, signature), body, now.Add(webhook.Tolerance-time.Second)))
	for name, err := range map[string]error{
		"another body":     webhook.Verify(secret, header("01a2", now, signature), append(body, ' '), now),
		"another id":       webhook.Verify(secret, header("01a3", now, signature), body, now),
		"another time":     webhook.Verify(secret, header("01a2", now.Add(time.Second), signature), body, now),
		"another secret":   webhook.Verify("whsec_AAAA", header("01a2", now, signature), body, now),
		"no secret":        webhook.Verify("", header("01a2", now, signature), body, now),
		"no signature":     webhook.Verify(secret, header("01a2", now, ""), body, now),
		"another scheme":   webhook.Verify(secret, header("01a2", now, "v1a"+signature[2:]), body, now),
		"too old":          webhook.Verify(secret, header("01a2", now, signature), body, now.Add(webhook.Tolerance+time.Second)),
		"from tomorrow":    webhook.Verify(secret, header("01a2", now, signature), body, now.Add(-webhook.Tolerance-time.Second)),
		"no header at all": webhook.Verify(secret, http.Header{}, body, now),
	} {
		require.Error(t, err, name)
	}
}

// The text is from another implementation of HKDF. If it changes, every receiver must get a new secret.
func TestSecretsStayTheSame(t *testing.T) {
	require.Equal(t, "whsec_5hl8ZW1LdJRgj9gjw1Ll/7cb6vregnw4LnFmdoNoghA=", secretOf(t, keysOf(t, keyA), "0192f0c1-0000-7000-8000-000000000001", 1).String())
}

func TestKeysDeriveAndRotate(t *testing.T) {
	a, both := keysOf(t, keyA), keysOf(t, keyB+" , "+keyA)
	require.NotEqual(t, a.Newest(), both.Newest(), "the first derives new secrets")
	before, err := a.Secret(a.Newest(), "e1", 1)
	require.NoError(t, err)
	after, err := both.Secret(a.Newest(), "e1", 1)
	require.NoError(t, err)
	require.Equal(t, before, after, "the second key still derives what it derived")
	seen := map[string]bool{before.String(): true}
	for _, c := range []struct {
		endpoint   string
		generation int
	}{{"e1", 2}, {"e2", 1}, {"e1", 12}, {"e11", 2}} {
		s := secretOf(t, a, c.endpoint, c.generation).String()
		require.False(t, seen[s], "%v", c)
		seen[s] = true
	}
	_, err = keysOf(t, keyB).Secret(a.Newest(), "e1", 1)
	require.ErrorIs(t, err, webhook.ErrNoKey)
	raw, _ := hex.DecodeString(keyB)
	require.NotContains(t, hex.EncodeToString(raw), both.Newest(), "the id of a key is no part of it")
	require.False(t, webhook.Keys{}.Configured())
}

func TestParseKeysRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "short": "AAEC", "33 bytes": strings.Repeat("00", 33), "no text": strings.Repeat("!", 44), "three": keyA + "," + keyB + "," + strings.Repeat("01", 32),
		"the same twice": keyA + "," + keyA, "an empty second": keyA + ",",
	} {
		_, err := webhook.ParseKeys(text)
		require.Error(t, err, name)
		if len(text) > 4 {
			require.NotContains(t, err.Error(), text[:5], name)
		}
	}
}
