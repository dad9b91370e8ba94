package mail

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/email"
)

// answer is an answer of SendGrid's API.
type answer struct {
	status int
	header http.Header
	body   string
}

// outcomeOf maps SendGrid's answer to the outcome of the attempt (ADR 7).
//
// Only 202 means that SendGrid accepted the e-mail. Another 2xx comes from a proxy, which may have passed the e-mail
// on. A redirect or another unexpected status comes from a wrong address or a proxy: the e-mail did not arrive and is
// kept until somebody fixes that.
func outcomeOf(a answer, now time.Time) email.Outcome {
	header, said := a.header, words(a)
	inside := fmt.Sprintf("SendGrid answered %d: %s", a.status, said)
	switch status := a.status; {
	case status == http.StatusAccepted:
		return email.Accepted(header.Get("X-Message-Id"))
	case status >= 200 && status <= 299:
		return email.Lost(inside)
	case status == http.StatusBadRequest:
		return email.Rejected(email.CodeMessageRejected, said)
	case status == http.StatusRequestEntityTooLarge:
		return email.Rejected(email.CodeMessageTooLarge, said)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return email.Unauthorized(inside)
	case status == http.StatusTooManyRequests:
		return email.RetryAfter(resetOf(header, now), email.CodeRateLimited, inside)
	default:
		return email.RetryAfter(retryAfter(header, now), email.CodeUnavailable, inside)
	}
}

// resetOf returns when the rate limit ends: X-RateLimit-Reset in seconds since 1970, else Retry-After, else zero.
// sendgrid-go looks for its header under a name that net/http never uses.
func resetOf(h http.Header, now time.Time) time.Time {
	if epoch, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64); err == nil && epoch > 0 {
		return time.Unix(epoch, 0).UTC()
	}
	return retryAfter(h, now)
}

// retryAfter returns the time in Retry-After, which is in seconds or a date, or zero.
func retryAfter(h http.Header, now time.Time) time.Time {
	value := h.Get("Retry-After")
	const tooMany = 1 << 31 // seconds; more would overflow a time.Duration
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil && seconds >= 0 && seconds < tooMany {
		return now.Add(time.Duration(seconds) * time.Second)
	}
	if at, err := http.ParseTime(value); err == nil {
		return at.UTC()
	}
	return time.Time{}
}

// words returns the messages of SendGrid's error body. It is empty if there are none.
func words(a answer) string {
	var body struct {
		Errors []struct{ Message, Field string }
	}
	if json.Unmarshal([]byte(a.body), &body) != nil {
		return ""
	}
	var messages []string
	for _, e := range body.Errors {
		if e.Field != "" {
			e.Message = e.Field + ": " + e.Message
		}
		messages = append(messages, e.Message)
	}
	return strings.Join(messages, "; ")
}
