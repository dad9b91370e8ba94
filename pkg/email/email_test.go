package email_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/email"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func middle() float64 { return 0.5 }

func TestNewNamesEachAddressOnce(t *testing.T) {
	e := email.New(email.Email{
		ID: "l1", Kind: email.KindInvoice, State: email.Sent, Attempts: 7,
		Recipients: []string{"ann@rose.example", " Ann@Rose.example ", "", "bob@rose.example"},
		Cc:         []string{"BOB@rose.example", "cc@rose.example"},
	}, noon)
	require.Equal(t, []string{"ann@rose.example", "bob@rose.example"}, e.Recipients)
	require.Equal(t, []string{"cc@rose.example"}, e.Cc)
	require.Equal(t, email.Queued, e.State, "a new e-mail has its initial values")
	require.Zero(t, e.Attempts)
	require.Equal(t, noon, e.NextAttemptAt)
	require.Equal(t, email.StatusQueued, e.ShownStatus())
}

func TestAnEmailWithoutRecipientsIsFailedAtOnce(t *testing.T) {
	e := email.New(email.Email{ID: "l1", Recipients: []string{" "}, Cc: []string{"cc@rose.example"}}, noon)
	require.Equal(t, email.StatusFailed, e.ShownStatus())
	require.Equal(t, email.CodeRecipientMissing, e.ErrorCode)
	require.False(t, e.Claim(noon.Add(time.Hour)))
	require.False(t, e.Event(noon, email.Event{Kind: email.EventProcessed, Recipient: "cc@rose.example", At: noon}))
	e.Settle(noon, 0, email.Accepted("x"), middle)
	require.Equal(t, email.Failed, e.State)
}

// sending returns an e-mail whose first attempt began at noon.
func sending(t *testing.T) *email.Email {
	t.Helper()
	e := email.New(email.Email{ID: "l1", Recipients: []string{"ann@rose.example", "bob@rose.example"}}, noon)
	require.True(t, e.Claim(noon))
	return e
}

func TestSettle(t *testing.T) {
	reset := noon.Add(17 * time.Minute)
	for name, c := range map[string]struct {
		outcome  email.Outcome
		state    email.State
		code     string
		due      time.Time
		attempts int
		pauses   bool
		alarms   bool
	}{
		"accepted":       {email.Accepted("sg1"), email.Sent, "", noon, 1, false, false},
		"rejected":       {email.Rejected(email.CodeMessageRejected, "bad"), email.Failed, email.CodeMessageRejected, noon, 1, false, true},
		"retry":          {email.RetryAfter(time.Time{}, email.CodeUnavailable, "503"), email.Queued, email.CodeUnavailable, noon.Add(7500 * time.Millisecond), 1, false, false},
		"retry at reset": {email.RetryAfter(reset, email.CodeRateLimited, "429"), email.Queued, email.CodeRateLimited, reset, 1, false, false},
		"reset in past":  {email.RetryAfter(noon.Add(-time.Hour), email.CodeRateLimited, "429"), email.Queued, email.CodeRateLimited, noon.Add(7500 * time.Millisecond), 1, false, false},
		"retry at once":  {email.RetryAfter(noon, email.CodeUnavailable, "503"), email.Queued, email.CodeUnavailable, noon.Add(7500 * time.Millisecond), 1, false, false},
		"reset far away": {email.RetryAfter(noon.AddDate(9, 0, 0), email.CodeRateLimited, "429"), email.Queued, email.CodeRateLimited, noon.Add(6 * time.Hour), 1, false, false},
		"unauthorized":   {email.Unauthorized("401"), email.Queued, email.CodeUnauthorized, noon, 0, true, true},
		"lost":           {email.Lost("reset"), email.Unknown, email.CodeOutcomeUnknown, noon.Add(2 * time.Minute), 1, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := sending(t)
			require.True(t, e.Settle(noon, 1, c.outcome, middle))
			require.Equal(t, c.state, e.State)
			require.Equal(t, c.code, e.ErrorCode)
			require.Equal(t, c.due, e.NextAttemptAt)
			require.Equal(t, c.attempts, e.Attempts)
			require.Nil(t, e.SendingSince)
			require.Equal(t, c.pauses, c.outcome.PausesSending())
			require.Equal(t, c.alarms, c.outcome.RaisesAlarm())
		})
	}
}

func TestRetriesGrowAndEndAfter72Hours(t *testing.T) {
	for name, rnd := range map[string]func() float64{"shortest": func() float64 { return 0 }, "longest": func() float64 { return 0.999999 }} {
		t.Run(name, func(t *testing.T) {
			e := email.New(email.Email{ID: "l1", Recipients: []string{"ann@rose.example"}}, noon)
			now, previous := noon, time.Duration(0)
			for e.State == email.Queued {
				require.False(t, e.Claim(e.NextAttemptAt.Add(-time.Microsecond)), "claimed before it was due")
				now = e.NextAttemptAt
				require.True(t, e.Claim(now))
				require.True(t, e.Settle(now, e.Attempts, email.RetryAfter(time.Time{}, email.CodeUnavailable, "503"), rnd))
				if e.State != email.Queued || e.NextAttemptAt.Equal(noon.Add(email.RetryWindow)) {
					continue // the last attempt is at the deadline, whatever the delay
				}
				delay := e.NextAttemptAt.Sub(now)
				require.GreaterOrEqual(t, delay, 5*time.Second)
				require.LessOrEqual(t, delay, 6*time.Hour)
				require.GreaterOrEqual(t, delay, previous)
				previous = delay
			}
			require.Equal(t, email.Failed, e.State)
			require.Equal(t, email.CodeRetriesExhausted, e.ErrorCode)
			require.Equal(t, 72*time.Hour, now.Sub(noon), "the retries use the full 72 hours")
		})
	}
}

func TestWaitingForANewKeyCostsAnEmailNothing(t *testing.T) {
	e := sending(t)
	require.True(t, e.Settle(noon, 1, email.Unauthorized("401"), middle))
	late := noon.Add(100 * time.Hour)
	require.True(t, e.Claim(late), "it keeps its place in the queue")
	require.True(t, e.Settle(late, 1, email.RetryAfter(time.Time{}, email.CodeUnavailable, "503"), middle))
	require.Equal(t, email.Queued, e.State, "the 72 hours begin with the first attempt that used a valid key")
}

func TestThreeUnknownOutcomesFail(t *testing.T) {
	e, now := sending(t), noon
	for attempt := 1; attempt <= 3; attempt++ {
		require.False(t, e.Overdue(now.Add(email.SendingLimit)))
		now = now.Add(email.SendingLimit + time.Second)
		require.True(t, e.Overdue(now))
		require.Equal(t, email.Unknown, e.State)
		require.Equal(t, email.StatusQueued, e.ShownStatus())
		require.False(t, e.Claim(now.Add(2*time.Minute-time.Microsecond)), "an event may still come")
		now = now.Add(2 * time.Minute)
		if attempt < 3 {
			require.False(t, e.Overdue(now))
			require.True(t, e.Claim(now))
		}
	}
	require.False(t, e.Claim(now), "a fourth attempt")
	require.True(t, e.Overdue(now))
	require.Equal(t, email.Failed, e.State)
	require.Equal(t, email.CodeOutcomeUnknown, e.ErrorCode)

	require.True(t, e.Event(now, email.Event{Kind: email.EventProcessed, Recipient: "ann@rose.example", ProviderID: "sg9", At: now}))
	require.Equal(t, email.StatusSent, e.ShownStatus(), "the event proves that it was sent")
	require.Empty(t, e.ErrorCode)
	require.Equal(t, "sg9", e.ProviderID)
}

func TestALateAnswerNeverTakesBackWhatIsKnown(t *testing.T) {
	e := sending(t)
	require.True(t, e.Overdue(noon.Add(2*time.Minute)))
	now := noon.Add(4 * time.Minute)
	require.True(t, e.Claim(now))
	require.False(t, e.Settle(now, 1, email.Rejected(email.CodeMessageRejected, "late"), middle), "the answer belongs to attempt 1, but attempt 2 is under way")
	require.Equal(t, email.Sending, e.State)
	require.True(t, e.Settle(now, 1, email.Accepted("sg1"), middle), "a late acceptance is still proof")
	require.False(t, e.Settle(now, 2, email.Lost("reset"), middle))
	require.Equal(t, email.StatusSent, e.ShownStatus())
	require.False(t, e.Claim(now.Add(time.Hour)))
}

func TestLongErrorsAreCut(t *testing.T) {
	e := sending(t)
	e.Settle(noon, 1, email.Rejected(email.CodeMessageRejected, strings.Repeat("ß", 9000)), middle)
	require.Equal(t, 200, utf8.RuneCountInString(strings.TrimPrefix(e.LastError, "The mail provider refuses this e-mail: ")))
	require.True(t, strings.HasSuffix(e.LastError, "ß…"))
}

// People read what a code means and what the provider said about the e-mail. What an attempt says about the inside of the
// service is for the log.
func TestShownError(t *testing.T) {
	const inside = "dial tcp 10.0.0.5:443: connect: connection refused, /var/lib/mail"
	for name, c := range map[string]struct {
		outcome email.Outcome
		want    string
	}{
		"refused": {
			email.Rejected(email.CodeMessageRejected, "No such\x00 mailbox\r\n(\xff) at\u200b [10.0.0.5]:25, 2001:db8::7, 192.0.2.1:25; see /var/lib/mail/x and https://help.example/a/b 5.1.1"),
			"The mail provider refuses this e-mail: No such mailbox (\uFFFD) at [address] [address] [address] see [path] and https://help.example/a/b 5.1.1",
		},
		"without a word": {email.Rejected(email.CodeMessageTooLarge, " \u0007"), "The e-mail is too large for the mail provider."},
		"malformed":      {email.Rejected(email.CodeMessageInvalid, "to is not a plain e-mail address"), "The e-mail is malformed and was not sent: to is not a plain e-mail address"},
		"away":           {email.RetryAfter(time.Time{}, email.CodeUnavailable, inside), "The e-mail could not be sent now and is tried again."},
		"busy":           {email.RetryAfter(time.Time{}, email.CodeRateLimited, inside), "The mail provider asks to wait before the next attempt."},
		"unauthorized":   {email.Unauthorized(inside), "The mail provider refuses the service, and sending waits until the operator has mended that."},
		"lost":           {email.Lost(inside), "The attempt may have sent the e-mail, and the mail provider has not confirmed it yet."},
		"accepted":       {email.Accepted("sg\xff\x001"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := sending(t)
			e.Settle(noon, 1, c.outcome, middle)
			require.Equal(t, c.want, e.ShownError())
			require.True(t, utf8.ValidString(e.ProviderID+e.LastError))
			require.NotContains(t, e.ProviderID, "\x00")
		})
	}
	e := sending(t)
	e.ErrorCode, e.LastError = email.CodeUnavailable, inside // of an earlier version
	require.Equal(t, "The e-mail could not be sent now and is tried again.", e.ShownError())
	e.State, e.ErrorCode = email.Failed, email.CodeOutcomeUnknown
	require.Equal(t, "Three attempts may have sent the e-mail, and the mail provider confirmed none of them.", e.ShownError())
}
