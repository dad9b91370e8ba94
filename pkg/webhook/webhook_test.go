package webhook_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func start(t *testing.T) (*sendgridtest.Server, *ecdsa.PublicKey) {
	t.Helper()
	double, err := sendgridtest.Start("key", func() time.Time { return noon })
	require.NoError(t, err)
	t.Cleanup(double.Close)
	key, err := webhook.ParsePublicKey(double.PublicKey())
	require.NoError(t, err)
	return double, key
}

func TestSignedEventsArriveOverHTTP(t *testing.T) {
	double, key := start(t)
	var got []webhook.Event
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = webhook.VerifySendGrid(key, r.Header, body, noon, webhook.Tolerance)
		}
		if err == nil {
			got, err = webhook.ParseSendGrid(body)
		}
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	t.Cleanup(receiver.Close)

	mail := sendgridtest.Mail{EmailID: "l1", MessageID: "double1", To: []string{"ann@rose.example"}, Cc: []string{"bob@rose.example"}}
	delivered := double.Events(mail, "delivered")
	status, err := double.Post(context.Background(), receiver.URL, append(delivered, double.Events(mail, "bounce")[1], delivered[0])...)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	require.Len(t, got, 4)
	require.Equal(t, webhook.Event{
		EmailID: "l1", Recipient: "ann@rose.example", Kind: email.EventDelivered, At: noon,
		ProviderID: "double1", Reason: "250 2.0.0 OK",
	}, got[0])
	require.Equal(t, email.EventBounce, got[2].Kind)
	require.Contains(t, got[2].Reason, "550 5.1.1")

	e := email.New(email.Email{ID: "l1", Recipients: mail.To, Cc: mail.Cc}, noon)
	for _, event := range got {
		e.Event(noon, event.EmailEvent())
	}
	require.Equal(t, email.StatusBounced, e.ShownStatus())
	require.Equal(t, "double1", e.ProviderID)
}

func TestForgedSignaturesAreRefused(t *testing.T) {
	double, key := start(t)
	other, _ := start(t)
	body := []byte(`[{"email":"ann@rose.example","event":"delivered","timestamp":1795435200,"email_id":"l1"}]` + "\r\n")
	stamp := func(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
	good := double.Sign(stamp(noon), body)
	require.NoError(t, webhook.VerifySendGrid(key, good, body, noon, webhook.Tolerance))

	with := func(name, value string) http.Header {
		h := good.Clone()
		h.Set(name, value)
		return h
	}
	twice := good.Clone()
	twice.Add(sendgridtest.SignatureHeader, good.Get(sendgridtest.SignatureHeader))
	flipped := slices.Clone(body)
	flipped[2] ^= 1
	for name, c := range map[string]struct {
		header http.Header
		body   []byte
	}{
		"no headers":          {http.Header{}, body},
		"no signature":        {http.Header{http.CanonicalHeaderKey(sendgridtest.TimestampHeader): {stamp(noon)}}, body},
		"signature twice":     {twice, body},
		"another key":         {other.Sign(stamp(noon), body), body},
		"flipped byte":        {good, flipped},
		"trimmed body":        {good, []byte(strings.TrimSpace(string(body)))},
		"empty body":          {good, nil},
		"another timestamp":   {with(sendgridtest.TimestampHeader, stamp(noon.Add(time.Second))), body},
		"too old":             {double.Sign(stamp(noon.Add(-5*time.Minute-time.Second)), body), body},
		"too early":           {double.Sign(stamp(noon.Add(5*time.Minute+time.Second)), body), body},
		"timestamp a word":    {double.Sign("noon", body), body},
		"signature no base64": {with(sendgridtest.SignatureHeader, "***"), body},
		"signature no DER":    {with(sendgridtest.SignatureHeader, base64.StdEncoding.EncodeToString([]byte("short"))), body},
		"r and s are zero":    {with(sendgridtest.SignatureHeader, base64.StdEncoding.EncodeToString([]byte{0x30, 6, 2, 1, 0, 2, 1, 0})), body},
	} {
		t.Run(name, func(t *testing.T) {
			err := webhook.VerifySendGrid(key, c.header, c.body, noon, webhook.Tolerance)
			require.True(t, fault.Is(err, fault.SignatureInvalid), "%v", err)
			require.Equal(t, "The webhook's signature is missing, wrong or too old.", fault.Of(err).Detail, "one text for all")
		})
	}
	for _, at := range []time.Time{noon.Add(-5 * time.Minute), noon.Add(5 * time.Minute)} {
		require.NoError(t, webhook.VerifySendGrid(key, double.Sign(stamp(at), body), body, noon, webhook.Tolerance))
	}
}

func TestKeysOfOtherKindsAreRefused(t *testing.T) {
	encode := func(public any) string {
		der, err := x509.MarshalPKIXPublicKey(public)
		require.NoError(t, err)
		return base64.StdEncoding.EncodeToString(der)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	for name, text := range map[string]string{
		"empty": "", "no base64": "not a key!", "no DER": "AAAA", "RSA": encode(&rsaKey.PublicKey), "P-384": encode(&p384.PublicKey),
	} {
		_, err := webhook.ParsePublicKey(text)
		require.Error(t, err, name)
	}
}

func TestParseIsLenientAboutWhatItDoesNotKnow(t *testing.T) {
	events, err := webhook.ParseSendGrid([]byte(`[
		{"email":"a@x.example","event":"processed","timestamp":"1795435200","email_id":"l1","pool":{"id":1},"tls":1},
		{"email":"a@x.example","event":"bounce","timestamp":1795435201,"email_id":"l1","reason":{"odd":true},"sg_message_id":"abc.recvd-1.0"},
		{"email":"a@x.example","event":"delivered","timestamp":1795435200},
		{"email":"a@x.example","event":"delivered","timestamp":-1,"email_id":"l1"},
		{"email":"a@x.example","event":"delivered","timestamp":99999999999999,"email_id":"l1"},
		{"email":"a@x.example","event":"delivered","timestamp":1.5,"email_id":"l1"},
		{"email":"a@x.example","event":7,"timestamp":1795435200,"email_id":"l1"},
		{"event":"delivered","timestamp":1795435200,"email_id":"l1"},
		{"email":"` + strings.Repeat("a", 400) + `","event":"delivered","timestamp":1795435200,"email_id":"l1"},
		"no object", null, 7, []
	]`))
	require.NoError(t, err)
	require.Equal(t, []webhook.Event{
		{EmailID: "l1", Recipient: "a@x.example", Kind: email.EventProcessed, At: noon},
		{EmailID: "l1", Recipient: "a@x.example", Kind: email.EventBounce, At: noon.Add(time.Second), ProviderID: "abc"},
	}, events)
}

// Events about e-mails that an older version sent are matched by the older name of the id.
func TestTheOlderNameOfTheIDIsRead(t *testing.T) {
	events, err := webhook.ParseSendGrid([]byte(`[
		{"email":"a@x.example","event":"processed","timestamp":1795435200,"letter_id":"old"},
		{"email":"a@x.example","event":"processed","timestamp":1795435200,"letter_id":"old","email_id":"new"}
	]`))
	require.NoError(t, err)
	require.Equal(t, []webhook.Event{
		{EmailID: "old", Recipient: "a@x.example", Kind: email.EventProcessed, At: noon},
		{EmailID: "new", Recipient: "a@x.example", Kind: email.EventProcessed, At: noon},
	}, events)
}

func TestBatchesHaveLimits(t *testing.T) {
	one := `{"email":"a@x.example","event":"open","timestamp":1795435200,"email_id":"l1"}`
	batch := func(n int, event string) []byte {
		return []byte("[" + strings.TrimSuffix(strings.Repeat(event+",", n), ",") + "]")
	}
	events, err := webhook.ParseSendGrid(batch(10_000, one))
	require.NoError(t, err)
	require.Len(t, events, 10_000)
	for name, c := range map[string]struct {
		body []byte
		code fault.Code
	}{
		"events":  {batch(10_001, "{}"), fault.BodyTooLarge},
		"bytes":   {batch(1, fmt.Sprintf("%q", strings.Repeat("x", 1<<20))), fault.BodyTooLarge},
		"object":  {[]byte(one), fault.JSONMalformed},
		"rubbish": {[]byte("<html>"), fault.JSONMalformed},
		"empty":   {nil, fault.JSONMalformed},
	} {
		_, err := webhook.ParseSendGrid(c.body)
		require.True(t, fault.Is(err, c.code), "%s: %v", name, err)
	}
	long := `{"email":"a@x.example","event":"bounce","timestamp":1795435200,"email_id":"l1","reason":"` + strings.Repeat("ß", 5000) + `"}`
	events, err = webhook.ParseSendGrid(batch(1, long))
	require.NoError(t, err)
	require.Less(t, len(events[0].Reason), 510)
}
