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

// answer is what SendGrid's API said.
type answer struct {
	status int
	header http.Header
	body   string
}

// outcomeOf is what SendGrid's answer means for the e-mail: see ADR 7.
//
// 202 alone says that the e-mail was taken. Another 2xx comes from something in between, which may have passed the
// e-mail on. A redirect and other odd statuses come from a wrong address or proxy: the e-mail did not arrive, and
// is kept until that is mended.
func outcomeOf(a answer, now time.Time) email.Outcome {
	header, detail := a.header, said(a)
	switch status := a.status; {
	case status == http.StatusAccepted:
		return email.Accepted(header.Get("X-Message-Id"))
	case status >= 200 && status <= 299:
		return email.Lost(detail)
	case status == http.StatusBadRequest:
		return email.Rejected(email.CodeMessageRejected, detail)
	case status == http.StatusRequestEntityTooLarge:
		return email.Rejected(email.CodeMessageTooLarge, detail)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return email.Unauthorized(detail)
	case status == http.StatusTooManyRequests:
		return email.RetryAfter(resetOf(header, now), email.CodeRateLimited, detail)
	default:
		return email.RetryAfter(retryAfter(header, now), email.CodeUnavailable, detail)
	}
}

// resetOf is when the rate limit ends: X-RateLimit-Reset in seconds since 1970, else Retry-After; zero if neither
// is there. (sendgrid-go looks its own header up under a name that net/http never uses.)
func resetOf(h http.Header, now time.Time) time.Time {
	if epoch, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64); err == nil && epoch > 0 {
		return time.Unix(epoch, 0).UTC()
	}
	return retryAfter(h, now)
}

// retryAfter is the moment that Retry-After names, in seconds or as a date; zero if it does not.
func retryAfter(h http.Header, now time.Time) time.Time {
	value := h.Get("Retry-After")
	const tooMany = 1 << 31 // seconds; more would overflow a duration
	if seconds, err := strconv.ParseInt(value, 10, 64); err == nil && seconds >= 0 && seconds < tooMany {
		return now.Add(time.Duration(seconds) * time.Second)
	}
	if at, err := http.ParseTime(value); err == nil {
		return at.UTC()
	}
	return time.Time{}
}

// said is the answer in one line: the status, and what SendGrid's error body says.
func said(a answer) string {
	line := fmt.Sprintf("SendGrid answered %d", a.status)
	var body struct {
		Errors []struct{ Message, Field string }
	}
	if json.Unmarshal([]byte(a.body), &body) != nil {
		return line + "."
	}
	var messages []string
	for _, e := range body.Errors {
		if e.Field != "" {
			e.Message = e.Field + ": " + e.Message
		}
		messages = append(messages, e.Message)
	}
	if len(messages) == 0 {
		return line + "."
	}
	return line + ": " + strings.Join(messages, "; ")
}
