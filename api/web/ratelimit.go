package web

import (
	"container/list"
	"fmt"
	"math"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// limiter gives each caller a bucket of a minute's requests, which refills steadily. It remembers at most maxCallers and first
// forgets the caller whose last request is oldest. After a minute a bucket is full, so forgetting it changes nothing.
type limiter struct {
	perMinute  int
	maxCallers int
	now        func() time.Time

	mu      sync.Mutex
	buckets map[string]*list.Element
	recent  *list.List // of *bucket, the latest caller first
}

type bucket struct {
	caller string
	tokens *rate.Limiter
	last   time.Time
}

const maxCallers = 50_000

// newLimiter is a limiter, or nil for no limit.
func newLimiter(perMinute int, now func() time.Time) *limiter {
	if perMinute <= 0 {
		return nil
	}
	return &limiter{perMinute: perMinute, now: now, maxCallers: maxCallers, buckets: map[string]*list.Element{}, recent: list.New()}
}

// take takes one request from the caller's bucket. It returns what is left, and in how many seconds the quota is full again or,
// after a refusal, one request is possible.
func (l *limiter) take(caller string, now time.Time) (ok bool, left, seconds int) {
	l.mu.Lock()
	b := l.bucket(caller, now)
	l.mu.Unlock()
	perSecond := float64(l.perMinute) / 60
	ok = b.AllowN(now, 1)
	tokens := max(b.TokensAt(now), 0)
	missing := float64(l.perMinute) - tokens
	if !ok {
		missing = 1 - tokens
	}
	return ok, int(tokens), max(int(math.Ceil(missing/perSecond)), 1)
}

func (l *limiter) bucket(caller string, now time.Time) *rate.Limiter {
	if e, ok := l.buckets[caller]; ok {
		l.recent.MoveToFront(e)
		if b, ok := e.Value.(*bucket); ok {
			b.last = now
			return b.tokens
		}
	}
	for oldest := l.recent.Back(); oldest != nil; oldest = l.recent.Back() {
		b, _ := oldest.Value.(*bucket) // the list has only buckets
		if now.Sub(b.last) < time.Minute && len(l.buckets) < l.maxCallers {
			break
		}
		l.recent.Remove(oldest)
		delete(l.buckets, b.caller)
	}
	b := &bucket{caller: caller, last: now, tokens: rate.NewLimiter(rate.Limit(float64(l.perMinute)/60), l.perMinute)}
	l.buckets[caller] = l.recent.PushFront(b)
	return b.tokens
}

// check counts the request against its caller's quota and sends what is left of it
// (draft-ietf-httpapi-ratelimit-headers-11). A nil limiter checks nothing.
func (l *limiter) check(c Request, call *exchange) error {
	if !call.known || l == nil {
		return nil
	}
	ok, left, seconds := l.take(call.actor.CompanyID+"\x00"+call.actor.Subject, l.now())
	header := c.Response().Header()
	header.Set("RateLimit-Policy", fmt.Sprintf(`"token";q=%d;w=60`, l.perMinute))
	header.Set("RateLimit", fmt.Sprintf(`"token";r=%d;t=%d`, left, seconds))
	if ok {
		return nil
	}
	header.Set("Retry-After", strconv.Itoa(seconds))
	return fault.New(fault.RateLimited, "The quota is %d requests a minute; try again in %d s.", l.perMinute, seconds)
}
