package email_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orderdesk/orderdesk/pkg/email"
)

func TestTheWorstRecipientDecides(t *testing.T) {
	ann := func(k email.EventKind) email.Event {
		return email.Event{Kind: k, Recipient: "Ann@rose.example", At: noon}
	}
	bob := func(k email.EventKind) email.Event {
		return email.Event{Kind: k, Recipient: "bob@rose.example", At: noon}
	}
	for name, c := range map[string]struct {
		events []email.Event
		want   email.Status
	}{
		"processed":               {[]email.Event{ann("processed")}, email.StatusSent},
		"deferred":                {[]email.Event{ann("deferred")}, email.StatusSent},
		"one delivered":           {[]email.Event{ann("delivered")}, email.StatusSent},
		"both delivered":          {[]email.Event{ann("delivered"), bob("delivered")}, email.StatusDelivered},
		"twice the same":          {[]email.Event{ann("delivered"), ann("delivered")}, email.StatusSent},
		"one bounced":             {[]email.Event{ann("delivered"), bob("bounce")}, email.StatusBounced},
		"bounced after delivered": {[]email.Event{ann("delivered"), bob("delivered"), ann("bounce")}, email.StatusBounced},
		"delivered after bounced": {[]email.Event{ann("bounce"), ann("delivered"), bob("delivered")}, email.StatusBounced},
		"dropped":                 {[]email.Event{ann("dropped"), bob("delivered")}, email.StatusFailed},
		"dropped last":            {[]email.Event{bob("delivered"), ann("processed"), ann("dropped")}, email.StatusFailed},
		"opened only":             {[]email.Event{ann("open"), bob("click"), ann("nonsense")}, email.StatusQueued},
		"to a stranger":           {[]email.Event{{Kind: "bounce", Recipient: "eve@evil.example", At: noon}}, email.StatusSent},
	} {
		t.Run(name, func(t *testing.T) {
			e := sending(t)
			for _, event := range c.events {
				e.Event(noon, event)
			}
			require.Equal(t, c.want, e.ShownStatus())
			require.NotContains(t, e.Deliveries, "eve@evil.example")
			for _, event := range c.events {
				require.False(t, e.Event(noon, event), "the same events again change nothing")
			}
		})
	}
}

// In every state, an event of the provider proves that the provider has the e-mail.
func TestAnEventSettlesAnEmailInEveryState(t *testing.T) {
	attempt := func(o email.Outcome) func(e *email.Email) {
		return func(e *email.Email) { e.Claim(noon); e.Settle(noon, 1, o, middle) }
	}
	for name, prepare := range map[string]func(e *email.Email){
		"queued":  func(*email.Email) {},
		"retried": attempt(email.RetryAfter(noon, email.CodeUnavailable, "503")),
		"sending": func(e *email.Email) { e.Claim(noon) },
		"unknown": attempt(email.Lost("reset")),
		"failed":  attempt(email.Rejected(email.CodeMessageRejected, "400")),
		"sent":    attempt(email.Accepted("sg1")),
	} {
		for _, kind := range []email.EventKind{email.EventProcessed, email.EventDeferred, email.EventDelivered, email.EventBounce} {
			e := fresh()
			prepare(e)
			e.Event(noon, email.Event{Kind: kind, Recipient: "ann@rose.example", At: noon})
			require.Equal(t, email.Sent, e.State, "%s, then %s", name, kind)
			require.NotNil(t, e.SentAt)
			require.False(t, e.Claim(noon.AddDate(1, 0, 0)))
		}
		e := fresh()
		prepare(e)
		e.Event(noon, email.Event{Kind: email.EventDropped, Recipient: "ann@rose.example", Reason: "Bounced Address", At: noon})
		require.Equal(t, email.StatusFailed, e.ShownStatus(), "%s, then dropped", name)
		require.Equal(t, email.CodeDropped, e.ErrorCode)
		require.Contains(t, e.LastError, "Bounced Address")
	}
}

// Events arrive repeatedly and in any order. The result must not depend on that.
func TestTheOrderOfEventsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(genEvent(), 1, 8).Draw(t, "events")
		again := rapid.SliceOfN(rapid.SampledFrom(events), 0, 6).Draw(t, "duplicates")
		shuffled := rapid.Permutation(append(append([]email.Event{}, events...), again...)).Draw(t, "shuffled")
		inOrder, inShuffledOrder := fresh(), fresh()
		inOrder.Claim(noon)
		inShuffledOrder.Claim(noon)
		for _, event := range events {
			inOrder.Event(noon, event)
		}
		for _, event := range shuffled {
			inShuffledOrder.Event(noon, event)
		}
		if inOrder.State != inShuffledOrder.State || inOrder.Delivery != inShuffledOrder.Delivery || inOrder.ErrorCode != inShuffledOrder.ErrorCode {
			t.Fatalf("in order: %+v\nshuffled: %+v", inOrder, inShuffledOrder)
		}
		require.Equal(t, inOrder.Deliveries, inShuffledOrder.Deliveries)
	})
}

func fresh() *email.Email {
	return email.New(email.Email{ID: "l1", Recipients: []string{"ann@rose.example"}, Cc: []string{"bob@rose.example"}}, noon)
}

func genEvent() *rapid.Generator[email.Event] {
	return rapid.Custom(func(t *rapid.T) email.Event {
		return email.Event{
			Kind:      rapid.SampledFrom([]email.EventKind{"processed", "deferred", "delivered", "bounce", "dropped", "open"}).Draw(t, "kind"),
			Recipient: rapid.SampledFrom([]string{"ann@rose.example", "BOB@rose.example", "eve@evil.example"}).Draw(t, "recipient"),
			Reason:    rapid.SampledFrom([]string{"", "550 unknown", "451 busy"}).Draw(t, "reason"),
			At:        noon.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "second")) * time.Second),
		}
	})
}
