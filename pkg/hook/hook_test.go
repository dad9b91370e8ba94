package hook_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/hook"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func middle() float64 { return 0.5 }

func answered(status int) hook.Outcome { return hook.Outcome{Attempt: hook.Attempt{Status: status}} }

func refused(status int) hook.Outcome {
	o := answered(status)
	o.Error = "refused"
	return o
}

// due returns a delivery that is due at noon.
func due() *hook.Delivery { return &hook.Delivery{ID: "e1", State: hook.Pending, NextAttemptAt: noon} }

// sending returns a delivery whose first attempt began at noon.
func sending(t *testing.T) *hook.Delivery {
	t.Helper()
	d := due()
	require.True(t, d.Claim(noon))
	return d
}

func TestTheScheduleOfAttempts(t *testing.T) {
	want := []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}
	require.Equal(t, want, hook.Schedule())
	for name, c := range map[string]struct {
		rnd   float64
		share float64
	}{"shortest": {0, 0.8}, "middle": {0.5, 1}, "longest": {0.999999999, 1.2}} {
		t.Run(name, func(t *testing.T) {
			d, now := due(), noon
			for _, delay := range want {
				require.False(t, d.Claim(now.Add(-time.Microsecond)), "before it is due")
				require.True(t, d.Claim(now))
				require.False(t, d.Claim(now), "twice")
				require.True(t, d.Settle(now, d.Tried, refused(500), func() float64 { return c.rnd }))
				require.Equal(t, hook.Pending, d.State)
				require.InDelta(t, float64(delay)*c.share, float64(d.NextAttemptAt.Sub(now)), float64(time.Millisecond))
				now = d.NextAttemptAt
			}
			require.True(t, d.Claim(now))
			require.True(t, d.Settle(now, d.Tried, refused(500), middle))
			require.Equal(t, hook.Failed, d.State)
			require.Equal(t, hook.MaxAttempts, d.Tried)
			require.Len(t, d.Attempts, hook.MaxAttempts)
			require.False(t, d.Claim(now.AddDate(1, 0, 0)))
		})
	}
}

func TestSettleDelivery(t *testing.T) {
	for name, c := range map[string]struct {
		outcome hook.Outcome
		state   hook.State
		wait    time.Duration
	}{
		"200":                    {answered(200), hook.Delivered, 0},
		"204":                    {answered(204), hook.Delivered, 0},
		"299":                    {answered(299), hook.Delivered, 0},
		"300":                    {refused(300), hook.Pending, 5 * time.Second},
		"404":                    {refused(404), hook.Pending, 5 * time.Second},
		"410":                    {refused(410), hook.Pending, 0},
		"no answer":              {refused(0), hook.Pending, 5 * time.Second},
		"200 broken off":         {refused(200), hook.Pending, 5 * time.Second},
		"429":                    {refused(429), hook.Pending, 5 * time.Second},
		"429 in an hour":         {hook.Outcome{Attempt: refused(429).Attempt, RetryAfter: time.Hour}, hook.Pending, time.Hour},
		"503 in an hour":         {hook.Outcome{Attempt: refused(503).Attempt, RetryAfter: time.Hour}, hook.Pending, time.Hour},
		"503 in a year":          {hook.Outcome{Attempt: refused(503).Attempt, RetryAfter: 365 * 24 * time.Hour}, hook.Pending, 24 * time.Hour},
		"503 in a moment":        {hook.Outcome{Attempt: refused(503).Attempt, RetryAfter: time.Second}, hook.Pending, 5 * time.Second},
		"500 with a Retry-After": {hook.Outcome{Attempt: refused(500).Attempt, RetryAfter: time.Hour}, hook.Pending, 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			d := sending(t)
			require.True(t, d.Settle(noon, 1, c.outcome, middle))
			require.Equal(t, c.state, d.State)
			if c.state == hook.Pending {
				require.Equal(t, noon.Add(c.wait), d.NextAttemptAt)
			}
			require.Nil(t, d.SendingSince)
			require.Len(t, d.Attempts, 1)
			require.False(t, d.Settle(noon, 1, refused(500), middle), "an attempt ends once")
		})
	}
}

func TestGoneCostsNoAttempt(t *testing.T) {
	d := sending(t)
	require.True(t, d.Settle(noon, 1, refused(410), middle))
	require.Zero(t, d.Tried)
	require.Len(t, d.Attempts, 1, "it is shown")
}

func TestALostAttemptIsRepeated(t *testing.T) {
	d := sending(t)
	require.False(t, d.Overdue(noon.Add(hook.SendingLimit-time.Microsecond), middle))
	late := noon.Add(hook.SendingLimit)
	require.True(t, d.Overdue(late, middle))
	require.Equal(t, hook.Pending, d.State)
	require.Equal(t, late.Add(5*time.Second), d.NextAttemptAt)
	require.False(t, d.Overdue(late, middle))
	require.False(t, d.Settle(late, 1, refused(500), middle), "a late failure changes nothing")
	require.True(t, d.Settle(late, 1, answered(200), middle), "a late success is one")
	require.Equal(t, hook.Delivered, d.State)
}

func TestAgainHasAllAttempts(t *testing.T) {
	for _, state := range []hook.State{hook.Delivered, hook.Failed, hook.Skipped, hook.Pending} {
		d := due()
		d.State, d.Tried, d.NextAttemptAt = state, hook.MaxAttempts, noon.Add(time.Hour)
		d.Again(noon)
		require.True(t, d.Claim(noon), state)
		require.Equal(t, 1, d.Tried)
	}
}

func TestTextsOfReceiversAreCleaned(t *testing.T) {
	d := sending(t)
	d.Settle(noon, 1, hook.Outcome{Attempt: hook.Attempt{Status: 500, Error: "a\x00b" + strings.Repeat("é", 600), Excerpt: "x\x1b[31m\xff" + strings.Repeat("é", 1024)}}, middle)
	a := d.Attempts[0]
	require.True(t, strings.HasPrefix(a.Error, "a bé"))
	require.LessOrEqual(t, len(a.Error), 500)
	require.LessOrEqual(t, len(a.Excerpt), hook.MaxExcerpt)
	require.NotContains(t, a.Excerpt, "\x1b")
}

func TestAnEndpointIsDisabledAfterFiveDays(t *testing.T) {
	e := hook.Endpoint{Status: hook.Enabled, NotifyEmail: "ops@farm.example"}
	require.False(t, e.Settle(noon, refused(500).Attempt))
	require.False(t, e.Settle(noon.Add(hook.DisabledAfter-time.Microsecond), refused(500).Attempt))
	require.Equal(t, hook.Enabled, e.Status)
	require.False(t, e.Settle(noon.Add(hook.DisabledAfter-time.Microsecond), answered(200).Attempt), "one success begins again")
	require.False(t, e.Settle(noon.Add(hook.DisabledAfter), refused(500).Attempt))
	end := noon.Add(2 * hook.DisabledAfter)
	require.True(t, e.Settle(end, refused(500).Attempt))
	require.Equal(t, hook.Disabled, e.Status)
	require.Equal(t, hook.ReasonNoSuccess, e.DisabledReason)
	require.Equal(t, &end, e.NotifyAt)
	require.False(t, e.Settle(end, refused(500).Attempt), "once")
	e.SetStatus(hook.Enabled)
	require.Empty(t, e.DisabledReason)
	require.False(t, e.Settle(end.Add(time.Hour), refused(500).Attempt), "enabling gives five days again")
}

func TestGoneDisables(t *testing.T) {
	for _, status := range []hook.Status{hook.Enabled, hook.Paused} {
		e := hook.Endpoint{Status: status}
		require.True(t, e.Settle(noon, refused(410).Attempt))
		require.Equal(t, hook.ReasonGone, e.DisabledReason)
		require.Nil(t, e.NotifyAt, "there is nobody to tell")
		require.False(t, e.Settle(noon, refused(410).Attempt), "once")
	}
}

func TestRotationSignsWithBoth(t *testing.T) {
	first := hook.Secret{KeyID: "k1", Generation: 1}
	e := hook.Endpoint{Secret: first}
	require.Equal(t, []hook.Secret{first}, e.Secrets(noon))
	e.Rotate("k2", noon.Add(time.Hour))
	second := hook.Secret{KeyID: "k2", Generation: 2}
	require.Equal(t, []hook.Secret{second, first}, e.Secrets(noon))
	require.True(t, e.Rotating(noon))
	require.Equal(t, []hook.Secret{second}, e.Secrets(noon.Add(time.Hour)), "the old one ends")
	require.False(t, e.Rotating(noon.Add(time.Hour)))
}
