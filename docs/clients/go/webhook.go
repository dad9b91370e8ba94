package orderdesk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// webhookTolerance is how far the timestamp of a webhook may be from now.
const webhookTolerance = 5 * time.Minute

// ErrWebhook is the error of a webhook that must be refused.
var ErrWebhook = errors.New("the webhook is not signed with this secret, or is too old")

// VerifyWebhook returns the event of a webhook: a request of the service to an endpoint of yours. body must be the bytes as they
// came. The secret is the one that creating or rotating the endpoint answered. The error is ErrWebhook unless the body is not JSON.
//
// An event may come twice: keep the ids that were handled.
func VerifyWebhook(secret string, header http.Header, body []byte, now time.Time) (Event, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return Event{}, fmt.Errorf("the secret of the webhook: %w", err)
	}
	id, timestamp := header.Get("webhook-id"), header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if age := now.Sub(time.Unix(seconds, 0)); err != nil || id == "" || age > webhookTolerance || age < -webhookTolerance {
		return Event{}, ErrWebhook
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	for signature := range strings.FieldsSeq(header.Get("webhook-signature")) {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(signature, "v1,"))
		if err == nil && strings.HasPrefix(signature, "v1,") && hmac.Equal(raw, mac.Sum(nil)) {
			var event Event
			return event, json.Unmarshal(body, &event)
		}
	}
	return Event{}, ErrWebhook
}
