package orderdesk_test

import (
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	orderdesk "github.com/orderdesk/orderdesk/docs/clients/go"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// The specification's own library signs.
func TestVerifyWebhook(t *testing.T) {
	const secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
	body := []byte(`{"id":"01a2271e-0000-7000-8000-000000000001","type":"order.confirmed","timestamp":"2026-11-29T00:33:26Z","version":3}`)
	library, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	signature, err := library.Sign("01a2271e-0000-7000-8000-000000000001", now, body)
	if err != nil {
		t.Fatal(err)
	}
	header := func(id, timestamp, signature string) http.Header {
		h := http.Header{}
		h.Set("webhook-id", id)
		h.Set("webhook-timestamp", timestamp)
		h.Set("webhook-signature", signature)
		return h
	}
	id, at := "01a2271e-0000-7000-8000-000000000001", timestampOf(now)
	event, err := orderdesk.VerifyWebhook(secret, header(id, at, "v1,AAAA "+signature), body, now)
	if err != nil || event.Type != "order.confirmed" || event.Version == nil || *event.Version != 3 {
		t.Fatalf("%+v, %v", event, err)
	}
	for name, refused := range map[string]func() (orderdesk.Event, error){
		"another body": func() (orderdesk.Event, error) {
			return orderdesk.VerifyWebhook(secret, header(id, at, signature), append(body, ' '), now)
		},
		"another id": func() (orderdesk.Event, error) {
			return orderdesk.VerifyWebhook(secret, header("x", at, signature), body, now)
		},
		"another secret": func() (orderdesk.Event, error) {
			return orderdesk.VerifyWebhook("whsec_AAAA", header(id, at, signature), body, now)
		},
		"no signature": func() (orderdesk.Event, error) { return orderdesk.VerifyWebhook(secret, header(id, at, ""), body, now) },
		"another scheme": func() (orderdesk.Event, error) {
			return orderdesk.VerifyWebhook(secret, header(id, at, "v1a"+signature[2:]), body, now)
		},
		"too old": func() (orderdesk.Event, error) {
			return orderdesk.VerifyWebhook(secret, header(id, at, signature), body, now.Add(6*time.Minute))
		},
		"from tomorrow": func() (orderdesk.Event, error) {
			return orderdesk.VerifyWebhook(secret, header(id, at, signature), body, now.Add(-6*time.Minute))
		},
	} {
		if _, err := refused(); !errors.Is(err, orderdesk.ErrWebhook) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func timestampOf(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
