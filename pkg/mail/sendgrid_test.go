package mail_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
)

// sendgrid returns a sender and the fake SendGrid that it sends to.
func sendgrid(t *testing.T, timeout time.Duration) (*mail.SendGrid, *sendgridtest.Server) {
	t.Helper()
	double, err := sendgridtest.Start("SG.key", clock)
	require.NoError(t, err)
	t.Cleanup(double.Close)
	return mail.NewSendGrid(mail.SendGridConfig{APIKey: "SG.key", BaseURL: double.URL(), Timeout: timeout}, clock), double
}

func TestSendGridTakesTheWholeEmailOnce(t *testing.T) {
	sender, double := sendgrid(t, 0)
	m := message()
	outcome := sender.Send(context.Background(), m)
	got := double.Accepted()
	require.Len(t, got, 1)
	require.Equal(t, email.Accepted(got[0].MessageID), outcome)
	require.Equal(t, m.From, got[0].From)
	require.Equal(t, m.FromName, got[0].FromName)
	require.Equal(t, m.To, got[0].To, "one mail to all at once")
	require.Equal(t, m.Cc, got[0].Cc)
	require.Equal(t, m.Subject, got[0].Subject)
	require.Equal(t, m.Text, got[0].Text)
	require.Equal(t, m.HTML, got[0].HTML)
	require.Equal(t, []sendgridtest.Attachment{{Name: "Invoice-INV000123.pdf", Type: "application/pdf", Data: pdf()}}, got[0].Attachments)
	require.Equal(t, map[string]string{"email_id": m.ID}, got[0].CustomArgs, "custom arguments contain nothing personal")
	require.Contains(t, string(got[0].Raw), `"click_tracking":{"enable":false`)
}

func TestWhatSendGridAnswersBecomesTheOutcome(t *testing.T) {
	reset := noon.Add(42 * time.Second)
	for name, c := range map[string]struct {
		fault    sendgridtest.Fault
		cause    email.Cause
		code     string
		retryAt  time.Time
		accepted int
		timeout  time.Duration // 0: the usual one
	}{
		"400":              {sendgridtest.Answer(400), email.CauseRejected, email.CodeMessageRejected, time.Time{}, 0, 0},
		"413":              {sendgridtest.Answer(413), email.CauseRejected, email.CodeMessageTooLarge, time.Time{}, 0, 0},
		"401":              {sendgridtest.Answer(401), email.CauseUnauthorized, email.CodeUnauthorized, time.Time{}, 0, 0},
		"403":              {sendgridtest.Answer(403), email.CauseUnauthorized, email.CodeUnauthorized, time.Time{}, 0, 0},
		"404":              {sendgridtest.Answer(404), email.CauseRetry, email.CodeUnavailable, time.Time{}, 0, 0},
		"408":              {sendgridtest.Answer(408), email.CauseRetry, email.CodeUnavailable, time.Time{}, 0, 0},
		"500":              {sendgridtest.Answer(500), email.CauseRetry, email.CodeUnavailable, time.Time{}, 0, 0},
		"503":              {sendgridtest.Answer(503), email.CauseRetry, email.CodeUnavailable, time.Time{}, 0, 0},
		"503 Retry-After":  {sendgridtest.RetryAfter(503, 30), email.CauseRetry, email.CodeUnavailable, noon.Add(30 * time.Second), 0, 0},
		"429 at reset":     {sendgridtest.RateLimited(reset), email.CauseRetry, email.CodeRateLimited, reset, 0, 0},
		"429 bare":         {sendgridtest.RetryAfter(429, 7), email.CauseRetry, email.CodeRateLimited, noon.Add(7 * time.Second), 0, 0},
		"200 from a proxy": {sendgridtest.HugeAnswer(200, 10), email.CauseLost, email.CodeOutcomeUnknown, time.Time{}, 0, 0},
		"endless error":    {sendgridtest.HugeAnswer(500, 1<<40), email.CauseRetry, email.CodeUnavailable, time.Time{}, 0, 0},
		"reply dropped":    {sendgridtest.DropReply(), email.CauseLost, email.CodeOutcomeUnknown, time.Time{}, 1, 0},
		"reply too late":   {sendgridtest.ReplyAfter(time.Minute), email.CauseLost, email.CodeOutcomeUnknown, time.Time{}, 1, 2 * time.Second},
		"reset mid-body":   {sendgridtest.ResetMidBody(), email.CauseAccepted, "", time.Time{}, 1, 0},
		"body drips":       {sendgridtest.SlowAnswer(100 * time.Millisecond), email.CauseAccepted, "", time.Time{}, 1, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sender, double := sendgrid(t, c.timeout)
			double.Script(c.fault)
			began := time.Now()
			outcome := sender.Send(context.Background(), message())
			require.Less(t, time.Since(began), 20*time.Second, "an attempt does not exceed its limit by much")
			require.Equal(t, c.cause, outcome.Cause, outcome.Inside)
			require.Equal(t, c.code, outcome.Code)
			require.Equal(t, c.retryAt, outcome.RetryAt)
			require.Equal(t, c.accepted, len(double.Accepted())) //nolint:testifylint // Len would print them all
			require.Equal(t, 1, double.Requests(), "one attempt is one request")
			require.NotContains(t, outcome.Inside+outcome.Words, "SG.key")
			if c.cause == email.CauseAccepted {
				require.Equal(t, double.Accepted()[0].MessageID, outcome.ProviderID)
			} else {
				require.NotEmpty(t, outcome.Inside+outcome.Words)
			}
		})
	}
}

func TestSendGridsWordsReachTheEmail(t *testing.T) {
	sender, double := sendgrid(t, 0)
	m := message()
	m.Cc = []string{m.To[0]}
	outcome := sender.Send(context.Background(), m)
	require.Equal(t, email.CauseRejected, outcome.Cause)
	require.Contains(t, outcome.Words, "personalizations.0: Each email address in the personalization block should be unique")
	require.Empty(t, double.Accepted())

	wrong := mail.NewSendGrid(mail.SendGridConfig{APIKey: "SG.old", BaseURL: double.URL()}, clock)
	outcome = wrong.Send(context.Background(), message())
	require.True(t, outcome.PausesSending())
	require.Contains(t, outcome.Inside, "invalid, expired, or revoked")
	require.Empty(t, outcome.Words, "what it says about our key is not about the e-mail")
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var stolen sync.Map
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { stolen.Store("key", r.Header.Get("Authorization")) }))
	t.Cleanup(thief.Close)
	sender, double := sendgrid(t, 0)
	double.Script(sendgridtest.Redirect(thief.URL))
	outcome := sender.Send(context.Background(), message())
	require.Equal(t, email.CauseRetry, outcome.Cause)
	_, found := stolen.Load("key")
	require.False(t, found)
}

func TestAnEmailThatSurelyDidNotLeaveIsARetry(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	nobody := mail.NewSendGrid(mail.SendGridConfig{APIKey: "k", BaseURL: "http://" + listener.Addr().String()}, clock)
	outcome := nobody.Send(context.Background(), message())
	require.Equal(t, email.CauseRetry, outcome.Cause)
	require.Contains(t, outcome.Inside, "connection refused")
	require.Empty(t, outcome.Words)

	plain := httptest.NewTLSServer(http.NotFoundHandler()) // its certificate is not trusted
	t.Cleanup(plain.Close)
	badTLS := mail.NewSendGrid(mail.SendGridConfig{APIKey: "k", BaseURL: plain.URL}, clock)
	require.Equal(t, email.CauseRetry, badTLS.Send(context.Background(), message()).Cause)

	_, double := sendgrid(t, 0)
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	sender, _ := sendgrid(t, 0)
	require.Equal(t, email.CauseRetry, sender.Send(cancelled, message()).Cause)
	require.Zero(t, double.Requests())
}

// The fake does not read an e-mail that is far larger than the socket buffers, so writing it fails.
func TestAnEmailCutOffWhileBeingWrittenIsARetry(t *testing.T) {
	sender, double := sendgrid(t, 0)
	double.Script(sendgridtest.HangUp())
	m := message()
	m.Attachments[0].Data = make([]byte, 12<<20)
	outcome := sender.Send(context.Background(), m)
	require.Equal(t, email.CauseRetry, outcome.Cause, outcome.Inside)
	require.Empty(t, double.Accepted())
}

func TestRefusedMessagesNeverLeave(t *testing.T) {
	sender, double := sendgrid(t, 0)
	for name, m := range unsendable() {
		outcome := sender.Send(context.Background(), m)
		require.Equal(t, email.CauseRejected, outcome.Cause, name)
		require.Equal(t, email.CodeMessageInvalid, outcome.Code, name)
	}
	require.Zero(t, double.Requests())
}

// Concurrent sends through one sender never swap e-mails and recipients.
func TestEmailsAreNotCrossed(t *testing.T) {
	sender, double := sendgrid(t, 0)
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			m := message()
			m.ID, m.To, m.Cc = fmt.Sprintf("email-%d", i), []string{fmt.Sprintf("to%d@bloom.example", i)}, nil
			outcome := sender.Send(context.Background(), m)
			sent := double.ByEmailID(m.ID)
			if len(sent) != 1 || sent[0].To[0] != m.To[0] || sent[0].MessageID != outcome.ProviderID {
				t.Errorf("e-mail %d was sent %d times, the outcome is %+v", i, len(sent), outcome)
			}
		})
	}
	all.Wait()
	require.Equal(t, 64, len(double.Accepted())) //nolint:testifylint // Len would print them all
}

// State machine, sender and fake together: an e-mail whose answer was lost is not sent again if an event arrives in
// time. Without an event it is sent again with the same id.
func TestALostAnswerIsSettledByAnEventOrSentAgain(t *testing.T) {
	for name, c := range map[string]struct{ event, want string }{
		"event": {"processed", "1 mail"}, "silence": {"", "2 mails"},
	} {
		t.Run(name, func(t *testing.T) {
			sender, double := sendgrid(t, 0)
			double.Script(sendgridtest.DropReply())
			e := email.New(email.Email{ID: message().ID, Recipients: message().To}, noon)
			now := noon
			for e.Claim(now) {
				e.Settle(now, e.Attempts, sender.Send(context.Background(), message()), func() float64 { return 0 })
				for _, event := range double.Events(double.Accepted()[0], c.event) {
					e.Event(now, email.Event{Kind: email.EventKind(event.Event), Recipient: event.Email, At: now})
				}
				now = now.Add(email.UnknownWait)
			}
			require.Equal(t, email.StatusSent, e.ShownStatus())
			mails := double.ByEmailID(e.ID)
			require.True(t, strings.HasPrefix(c.want, fmt.Sprint(len(mails))), "%d mails", len(mails))
		})
	}
}
