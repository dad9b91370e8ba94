package events

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// The pace of the poller besides its interval.
const (
	pollGap   = 5 * time.Millisecond // between two looks, however many commits there are
	pollLimit = 5 * time.Second      // for the statements of one look
)

// join counts a reader who waits for a company. The first one of all starts the poller.
func (f *Feed) join(company string) *tail {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.tails[company]
	if t == nil {
		t = &tail{changed: make(chan struct{})}
		f.tails[company] = t
		f.wake()
	}
	t.readers++
	if !f.polling && f.life.Err() == nil {
		f.polling = true
		f.done.Add(1)
		go f.poll()
	}
	return t
}

// leave ends the poller with the last reader.
func (f *Feed) leave(company string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t := f.tails[company]; t != nil {
		if t.readers--; t.readers == 0 {
			delete(f.tails, company)
			f.wake()
		}
	}
}

// recorded is called after each commit of this process that adds events.
func (f *Feed) recorded(company string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.tails[company] != nil {
		f.wake()
	}
}

// wake makes the poller look now.
func (f *Feed) wake() {
	select {
	case f.poke <- struct{}{}:
	default:
	}
}

// poll looks for events once an interval and after each commit of this process, as long as somebody waits. While events are
// written but cannot be read yet, it looks again soon.
func (f *Feed) poll() {
	defer f.done.Done()
	failing, soon := false, pollGap
	for {
		hidden, err := f.look(f.life)
		if err != nil && !failing && f.life.Err() == nil {
			f.log.WarnContext(f.life, "the feed of events cannot be read", "error", err)
		}
		failing = err != nil
		pause := f.interval
		if hidden {
			pause, soon = min(soon, f.interval), 2*soon
		} else {
			soon = pollGap
		}
		if f.rest(pause) {
			return
		}
	}
}

// rest waits until the next look is due. It returns true once nobody waits for it any more.
func (f *Feed) rest(pause time.Duration) (over bool) {
	for _, wait := range []struct {
		time.Duration
		poke <-chan struct{}
	}{{pollGap, nil}, {pause - pollGap, f.poke}} {
		timer := time.NewTimer(wait.Duration)
		select {
		case <-timer.C:
		case <-wait.poke:
		case <-f.life.Done():
		}
		timer.Stop()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	over = f.life.Err() != nil || len(f.tails) == 0
	f.polling = !over
	return over
}

// look extends the tails by what can be read now. It reports whether there are events that cannot be read yet.
func (f *Feed) look(ctx context.Context) (hidden bool, err error) {
	defer fault.CatchPanic("read the feed of events", &err)
	ctx, cancel := context.WithTimeout(ctx, pollLimit)
	defer cancel()
	state, err := f.store.System().Feed(ctx)
	if err != nil {
		return false, err
	}
	marks := f.marks(state)
	if len(marks) == 0 {
		return false, nil
	}
	news, err := f.store.System().FeedNews(ctx, marks)
	if err != nil {
		return false, err
	}
	read := make(map[string][]Event, len(news))
	for _, n := range news {
		hidden = hidden || n.Last >= state.Until
		if n.First >= state.Until {
			continue
		}
		after := markOf(marks, n.CompanyID)
		if read[n.CompanyID], err = f.store.For(n.CompanyID).Feed(ctx, store.FeedQuery{After: after, Until: state.Until, Limit: tailEvents + 1}); err != nil {
			return hidden, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range marks {
		t := f.tails[m.CompanyID]
		switch {
		case t == nil || !t.known || t.upto != (store.FeedPosition{Pos: m.Pos, Seq: m.Seq}): // it began after the marks were taken
		case len(read[m.CompanyID]) > tailEvents:
			t.begin(state)
		default:
			t.extend(read[m.CompanyID], state)
		}
	}
	return hidden, nil
}

// marks returns how far the tails go. A new tail begins at the end of the feed.
func (f *Feed) marks(state store.FeedState) []store.FeedMark {
	f.mu.Lock()
	defer f.mu.Unlock()
	marks := make([]store.FeedMark, 0, len(f.tails))
	for company, t := range f.tails {
		if !t.known || t.feed != state.ID {
			t.begin(state)
			continue
		}
		marks = append(marks, store.FeedMark{CompanyID: company, Pos: t.upto.Pos, Seq: t.upto.Seq})
	}
	return marks
}

func markOf(marks []store.FeedMark, company string) store.FeedPosition {
	for _, m := range marks {
		if m.CompanyID == company {
			return store.FeedPosition{Pos: m.Pos, Seq: m.Seq}
		}
	}
	return store.FeedPosition{}
}
