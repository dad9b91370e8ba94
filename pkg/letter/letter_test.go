package letter_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/letter"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func middle() float64 { return 0.5 }

func TestNewNamesEachAddressOnce(t *testing.T) {
	l := letter.New(letter.Letter{
		ID: "l1", Kind: letter.KindInvoice, State: letter.Sent, Attempts: 7,
		Recipients: []string{"ann@rose.example", " Ann@Rose.example ", "", "bob@rose.example"},
		Cc:         []string{"BOB@rose.example", "cc@rose.example"},
	}, noon)
	require.Equal(t, []string{"ann@rose.example", "bob@rose.example"}, l.Recipients)
	require.Equal(t, []string{"cc@rose.example"}, l.Cc)
	require.Equal(t, letter.Queued, l.State, "a new letter starts at the beginning")
	require.Zero(t, l.Attempts)
	require.Equal(t, noon, l.NextAttemptAt)
	require.Equal(t, letter.StatusQueued, l.ShownStatus())
}

func TestALetterWithoutRecipientsIsFailedFromBirth(t *testing.T) {
	l := letter.New(letter.Letter{ID: "l1", Recipients: []string{" "}, Cc: []string{"cc@rose.example"}}, noon)
	require.Equal(t, letter.StatusFailed, l.ShownStatus())
	require.Equal(t, letter.CodeRecipientMissing, l.ErrorCode)
	require.False(t, l.Claim(noon.Add(time.Hour)))
	require.False(t, l.Event(noon, letter.Event{Kind: letter.EventProcessed, Recipient: "cc@rose.example", At: noon}))
	l.Settle(noon, 0, letter.Accepted("x"), middle)
	require.Equal(t, letter.Failed, l.State)
}

// sending is a letter whose first attempt began at noon.
func sending(t *testing.T) *letter.Letter {
	t.Helper()
	l := letter.New(letter.Letter{ID: "l1", Recipients: []string{"ann@rose.example", "bob@rose.example"}}, noon)
	require.True(t, l.Claim(noon))
	return l
}

func TestSettle(t *testing.T) {
	reset := noon.Add(17 * time.Minute)
	for name, c := range map[string]struct {
		outcome  letter.Outcome
		state    letter.State
		code     string
		due      time.Time
		attempts int
		pauses   bool
		alarms   bool
	}{
		"accepted":       {letter.Accepted("sg1"), letter.Sent, "", noon, 1, false, false},
		"rejected":       {letter.Rejected(letter.CodeMessageRejected, "bad"), letter.Failed, letter.CodeMessageRejected, noon, 1, false, true},
		"retry":          {letter.RetryAfter(time.Time{}, letter.CodeUnavailable, "503"), letter.Queued, letter.CodeUnavailable, noon.Add(7500 * time.Millisecond), 1, false, false},
		"retry at reset": {letter.RetryAfter(reset, letter.CodeRateLimited, "429"), letter.Queued, letter.CodeRateLimited, reset, 1, false, false},
		"reset in past":  {letter.RetryAfter(noon.Add(-time.Hour), letter.CodeRateLimited, "429"), letter.Queued, letter.CodeRateLimited, noon, 1, false, false},
		"reset far away": {letter.RetryAfter(noon.AddDate(9, 0, 0), letter.CodeRateLimited, "429"), letter.Queued, letter.CodeRateLimited, noon.Add(6 * time.Hour), 1, false, false},
		"unauthorized":   {letter.Unauthorized("401"), letter.Queued, letter.CodeUnauthorized, noon, 0, true, true},
		"lost":           {letter.Lost("reset"), letter.Unknown, letter.CodeOutcomeUnknown, noon.Add(2 * time.Minute), 1, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			l := sending(t)
			require.True(t, l.Settle(noon, 1, c.outcome, middle))
			require.Equal(t, c.state, l.State)
			require.Equal(t, c.code, l.ErrorCode)
			require.Equal(t, c.due, l.NextAttemptAt)
			require.Equal(t, c.attempts, l.Attempts)
			require.Nil(t, l.SendingSince)
			require.Equal(t, c.pauses, c.outcome.PausesSending())
			require.Equal(t, c.alarms, c.outcome.RaisesAlarm())
		})
	}
}

func TestRetriesGrowAndEndAfter72Hours(t *testing.T) {
	for name, rnd := range map[string]func() float64{"shortest": func() float64 { return 0 }, "longest": func() float64 { return 0.999999 }} {
		t.Run(name, func(t *testing.T) {
			l := letter.New(letter.Letter{ID: "l1", Recipients: []string{"ann@rose.example"}}, noon)
			now, previous := noon, time.Duration(0)
			for l.State == letter.Queued {
				require.False(t, l.Claim(l.NextAttemptAt.Add(-time.Microsecond)), "claimed before it was due")
				now = l.NextAttemptAt
				require.True(t, l.Claim(now))
				require.True(t, l.Settle(now, l.Attempts, letter.RetryAfter(time.Time{}, letter.CodeUnavailable, "503"), rnd))
				if l.State != letter.Queued || l.NextAttemptAt.Equal(noon.Add(letter.RetryWindow)) {
					continue // the last try is at the deadline, whatever the delay
				}
				delay := l.NextAttemptAt.Sub(now)
				require.GreaterOrEqual(t, delay, 5*time.Second)
				require.LessOrEqual(t, delay, 6*time.Hour)
				require.GreaterOrEqual(t, delay, previous)
				previous = delay
			}
			require.Equal(t, letter.Failed, l.State)
			require.Equal(t, letter.CodeRetriesExhausted, l.ErrorCode)
			require.Equal(t, 72*time.Hour, now.Sub(noon), "the 72 hours are used in full")
		})
	}
}

func TestWaitingForANewKeyCostsALetterNothing(t *testing.T) {
	l := sending(t)
	require.True(t, l.Settle(noon, 1, letter.Unauthorized("401"), middle))
	late := noon.Add(100 * time.Hour)
	require.True(t, l.Claim(late), "it keeps its turn")
	require.True(t, l.Settle(late, 1, letter.RetryAfter(time.Time{}, letter.CodeUnavailable, "503"), middle))
	require.Equal(t, letter.Queued, l.State, "the 72 hours count from the first real attempt")
}

func TestThreeUnknownOutcomesFail(t *testing.T) {
	l, now := sending(t), noon
	for attempt := 1; attempt <= 3; attempt++ {
		require.False(t, l.Overdue(now.Add(letter.SendingLimit)))
		now = now.Add(letter.SendingLimit + time.Second)
		require.True(t, l.Overdue(now))
		require.Equal(t, letter.Unknown, l.State)
		require.Equal(t, letter.StatusQueued, l.ShownStatus())
		require.False(t, l.Claim(now.Add(2*time.Minute-time.Microsecond)), "an event may still come")
		now = now.Add(2 * time.Minute)
		if attempt < 3 {
			require.False(t, l.Overdue(now))
			require.True(t, l.Claim(now))
		}
	}
	require.False(t, l.Claim(now), "a fourth attempt")
	require.True(t, l.Overdue(now))
	require.Equal(t, letter.Failed, l.State)
	require.Equal(t, letter.CodeOutcomeUnknown, l.ErrorCode)

	require.True(t, l.Event(now, letter.Event{Kind: letter.EventProcessed, Recipient: "ann@rose.example", ProviderID: "sg9", At: now}))
	require.Equal(t, letter.StatusSent, l.ShownStatus(), "the event proves that it went after all")
	require.Empty(t, l.ErrorCode)
	require.Equal(t, "sg9", l.ProviderID)
}

func TestALateAnswerNeverTakesBackWhatIsKnown(t *testing.T) {
	l := sending(t)
	require.True(t, l.Overdue(noon.Add(2*time.Minute)))
	now := noon.Add(4 * time.Minute)
	require.True(t, l.Claim(now))
	require.False(t, l.Settle(now, 1, letter.Rejected(letter.CodeMessageRejected, "late"), middle), "the answer is for attempt 1, attempt 2 is under way")
	require.Equal(t, letter.Sending, l.State)
	require.True(t, l.Settle(now, 1, letter.Accepted("sg1"), middle), "acceptance is proof, however late")
	require.False(t, l.Settle(now, 2, letter.Lost("reset"), middle))
	require.Equal(t, letter.StatusSent, l.ShownStatus())
	require.False(t, l.Claim(now.Add(time.Hour)))
}

func TestLongErrorsAreCut(t *testing.T) {
	l := sending(t)
	l.Settle(noon, 1, letter.Rejected(letter.CodeMessageRejected, strings.Repeat("ß", 9000)), middle)
	require.Less(t, len(l.LastError), 600)
	require.True(t, strings.HasSuffix(l.LastError, "ß…"))
}
