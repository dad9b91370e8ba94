package letter_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orderdesk/orderdesk/pkg/letter"
)

func TestTheWorstRecipientDecides(t *testing.T) {
	ann := func(k letter.EventKind) letter.Event {
		return letter.Event{Kind: k, Recipient: "Ann@rose.example", At: noon}
	}
	bob := func(k letter.EventKind) letter.Event {
		return letter.Event{Kind: k, Recipient: "bob@rose.example", At: noon}
	}
	for name, c := range map[string]struct {
		events []letter.Event
		want   letter.Status
	}{
		"processed":               {[]letter.Event{ann("processed")}, letter.StatusSent},
		"deferred":                {[]letter.Event{ann("deferred")}, letter.StatusSent},
		"one delivered":           {[]letter.Event{ann("delivered")}, letter.StatusSent},
		"both delivered":          {[]letter.Event{ann("delivered"), bob("delivered")}, letter.StatusDelivered},
		"twice the same":          {[]letter.Event{ann("delivered"), ann("delivered")}, letter.StatusSent},
		"one bounced":             {[]letter.Event{ann("delivered"), bob("bounce")}, letter.StatusBounced},
		"bounced after delivered": {[]letter.Event{ann("delivered"), bob("delivered"), ann("bounce")}, letter.StatusBounced},
		"delivered after bounced": {[]letter.Event{ann("bounce"), ann("delivered"), bob("delivered")}, letter.StatusBounced},
		"dropped":                 {[]letter.Event{ann("dropped"), bob("delivered")}, letter.StatusFailed},
		"dropped last":            {[]letter.Event{bob("delivered"), ann("processed"), ann("dropped")}, letter.StatusFailed},
		"opened only":             {[]letter.Event{ann("open"), bob("click"), ann("nonsense")}, letter.StatusQueued},
		"to a stranger":           {[]letter.Event{{Kind: "bounce", Recipient: "eve@evil.example", At: noon}}, letter.StatusSent},
	} {
		t.Run(name, func(t *testing.T) {
			l := sending(t)
			for _, e := range c.events {
				l.Event(noon, e)
			}
			require.Equal(t, c.want, l.ShownStatus())
			require.NotContains(t, l.Deliveries, "eve@evil.example")
			for _, e := range c.events {
				require.False(t, l.Event(noon, e), "the same events again change nothing")
			}
		})
	}
}

// Whatever a letter was taken for, an event of the provider is proof that it has it.
func TestAnEventSettlesALetterInEveryState(t *testing.T) {
	attempt := func(o letter.Outcome) func(l *letter.Letter) {
		return func(l *letter.Letter) { l.Claim(noon); l.Settle(noon, 1, o, middle) }
	}
	for name, prepare := range map[string]func(l *letter.Letter){
		"queued":  func(*letter.Letter) {},
		"retried": attempt(letter.RetryAfter(noon, letter.CodeUnavailable, "503")),
		"sending": func(l *letter.Letter) { l.Claim(noon) },
		"unknown": attempt(letter.Lost("reset")),
		"failed":  attempt(letter.Rejected(letter.CodeMessageRejected, "400")),
		"sent":    attempt(letter.Accepted("sg1")),
	} {
		for _, kind := range []letter.EventKind{letter.EventProcessed, letter.EventDeferred, letter.EventDelivered, letter.EventBounce} {
			l := born()
			prepare(l)
			l.Event(noon, letter.Event{Kind: kind, Recipient: "ann@rose.example", At: noon})
			require.Equal(t, letter.Sent, l.State, "%s, then %s", name, kind)
			require.NotNil(t, l.SentAt)
			require.False(t, l.Claim(noon.AddDate(1, 0, 0)))
		}
		l := born()
		prepare(l)
		l.Event(noon, letter.Event{Kind: letter.EventDropped, Recipient: "ann@rose.example", Reason: "Bounced Address", At: noon})
		require.Equal(t, letter.StatusFailed, l.ShownStatus(), "%s, then dropped", name)
		require.Equal(t, letter.CodeDropped, l.ErrorCode)
		require.Contains(t, l.LastError, "Bounced Address")
	}
}

// Events come out of order and more than once: what they leave behind must not depend on it.
func TestTheOrderOfEventsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(genEvent(), 1, 8).Draw(t, "events")
		again := rapid.SliceOfN(rapid.SampledFrom(events), 0, 6).Draw(t, "duplicates")
		shuffled := rapid.Permutation(append(append([]letter.Event{}, events...), again...)).Draw(t, "shuffled")
		inOrder, disorder := born(), born()
		inOrder.Claim(noon)
		disorder.Claim(noon)
		for _, e := range events {
			inOrder.Event(noon, e)
		}
		for _, e := range shuffled {
			disorder.Event(noon, e)
		}
		if inOrder.State != disorder.State || inOrder.Delivery != disorder.Delivery || inOrder.ErrorCode != disorder.ErrorCode {
			t.Fatalf("in order: %+v\nin disorder: %+v", inOrder, disorder)
		}
		require.Equal(t, inOrder.Deliveries, disorder.Deliveries)
	})
}

func born() *letter.Letter {
	return letter.New(letter.Letter{ID: "l1", Recipients: []string{"ann@rose.example"}, Cc: []string{"bob@rose.example"}}, noon)
}

func genEvent() *rapid.Generator[letter.Event] {
	return rapid.Custom(func(t *rapid.T) letter.Event {
		return letter.Event{
			Kind:      rapid.SampledFrom([]letter.EventKind{"processed", "deferred", "delivered", "bounce", "dropped", "open"}).Draw(t, "kind"),
			Recipient: rapid.SampledFrom([]string{"ann@rose.example", "BOB@rose.example", "eve@evil.example"}).Draw(t, "recipient"),
			At:        noon,
		}
	})
}
