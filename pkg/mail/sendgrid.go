package mail

import (
	"context"
	"encoding/base64"
	"net/url"
	"time"

	"github.com/sendgrid/rest"
	"github.com/sendgrid/sendgrid-go"
	sgmail "github.com/sendgrid/sendgrid-go/helpers/mail"

	"github.com/orderdesk/orderdesk/pkg/email"
)

// EmailIDArg is the custom argument that carries the e-mail's id to SendGrid and back in its events. It is the
// only one: SendGrid keeps custom arguments for good, so nothing personal may be among them.
const EmailIDArg = "email_id"

// SendGrid sends through SendGrid's v3 API. It is safe for concurrent use.
type SendGrid struct {
	key     string
	baseURL string
	client  *rest.Client
	now     func() time.Time
}

// SendGridConfig configures a SendGrid sender.
type SendGridConfig struct {
	APIKey  string
	BaseURL string        // empty: SendGrid's own address
	Timeout time.Duration // of one whole attempt; 0: 10 seconds
}

// NewSendGrid creates a sender with its own connection pool. It uses now to turn a Retry-After into a time.
func NewSendGrid(c SendGridConfig, now func() time.Time) *SendGrid {
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	return &SendGrid{key: c.APIKey, baseURL: c.BaseURL, client: &rest.Client{HTTPClient: newHTTPClient(c.Timeout)}, now: now}
}

// Send makes one attempt. outcomeOf interprets SendGrid's answer. Without an answer, the outcome is a retry if the
// e-mail certainly did not leave, and lost otherwise.
//
// It does not use sendgrid.Client, because its Send writes the body into the shared client: two concurrent e-mails
// could be swapped.
func (s *SendGrid) Send(ctx context.Context, m Message) email.Outcome {
	if err := m.Check(); err != nil {
		return invalid(err)
	}
	request := sendgrid.GetRequest(s.key, "/v3/mail/send", s.baseURL)
	request.Method = rest.Post
	request.Body = sgmail.GetRequestBody(sendGridMail(m))

	ctx, departed := watchDeparture(ctx)
	response, err := s.client.SendWithContext(ctx, request)
	if response != nil {
		// The status arrived. It is valid even if the rest of the answer was cut off.
		return outcomeOf(answer{response.StatusCode, response.Headers, response.Body}, s.now())
	}
	inside := "SendGrid could not be reached: " + withoutURL(err).Error()
	if departed() {
		return email.Lost(inside)
	}
	return email.RetryAfter(time.Time{}, email.CodeUnavailable, inside)
}

// sendGridMail puts all addresses into one personalization: one e-mail to all recipients, who see each other.
func sendGridMail(m Message) *sgmail.SGMailV3 {
	to := sgmail.NewPersonalization()
	for _, a := range m.To {
		to.AddTos(sgmail.NewEmail("", a))
	}
	for _, a := range m.Cc {
		to.AddCCs(sgmail.NewEmail("", a))
	}
	to.SetCustomArg(EmailIDArg, m.ID)

	// An invoice does not track its reader.
	untracked := sgmail.NewTrackingSettings().
		SetClickTracking(sgmail.NewClickTrackingSetting().SetEnable(false).SetEnableText(false)).
		SetOpenTracking(sgmail.NewOpenTrackingSetting().SetEnable(false))
	mail := sgmail.NewV3Mail().
		SetFrom(sgmail.NewEmail(m.FromName, m.From)).
		AddPersonalizations(to).
		AddContent(sgmail.NewContent("text/plain", m.Text), sgmail.NewContent("text/html", m.HTML)).
		SetTrackingSettings(untracked)
	mail.Subject = m.Subject
	for _, a := range m.Attachments {
		mail.AddAttachment(sgmail.NewAttachment().SetFilename(a.Name).SetType(a.Type).
			SetDisposition("attachment").SetContent(base64.StdEncoding.EncodeToString(a.Data)))
	}
	return mail
}

// withoutURL removes the URL from a network error.
func withoutURL(err error) error {
	if u, ok := err.(*url.Error); ok { //nolint:errorlint // http.Client documents that it returns exactly this type
		return u.Err
	}
	return err
}

var _ Sender = (*SendGrid)(nil)
