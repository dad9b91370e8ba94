package web

import (
	"container/list"
	"fmt"
	"math"
	"net/netip"
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
	l.announce(c, "token", left, seconds)
	if ok {
		return nil
	}
	return l.refuse(c, "The quota is %d requests a minute; try again in %d s.", seconds)
}

func (l *limiter) announce(c Request, policy string, left, seconds int) {
	header := c.Response().Header()
	header.Set("RateLimit-Policy", fmt.Sprintf(`"%s";q=%d;w=60`, policy, l.perMinute))
	header.Set("RateLimit", fmt.Sprintf(`"%s";r=%d;t=%d`, policy, left, seconds))
}

func (l *limiter) refuse(c Request, detail string, seconds int) error {
	c.Response().Header().Set("Retry-After", strconv.Itoa(seconds))
	return fault.New(fault.RateLimited, detail, l.perMinute, seconds)
}

// limitAddresses gives each client address a quota for requests without a valid token or signature. It counts those that need none
// before they are served, and those whose token or signature was refused afterwards. A request with a valid token is served even if
// its address has no quota left, because others may share the address. The probes are not counted, because an orchestrator would
// take the refusal of a probe for a fault of the service.
func (o Options) limitAddresses(endpoints []Endpoint) middleware {
	quota := newLimiter(o.AddressLimit, o.Now)
	if quota == nil {
		return func(next Handler) Handler { return next }
	}
	probes, identified := map[string]bool{}, map[string]bool{}
	for _, e := range endpoints {
		probes[echoPath(e.Path)] = e.Probe()
		identified[echoPath(e.Path)] = e.Auth != Public
	}
	return func(next Handler) Handler {
		return func(c Request) error {
			switch {
			case probes[c.Path()]:
				return next(c)
			case !identified[c.Path()]:
				if err := quota.checkAddress(c); err != nil {
					return err
				}
				return next(c)
			}
			err := next(c)
			if err != nil && faultOf(err).Kind() == fault.Unauthenticated {
				if full := quota.checkAddress(c); full != nil {
					return full
				}
			}
			return err
		}
	}
}

// checkAddress counts the request against the quota of its client address. Only a refusal shows this quota, because a caller with a
// token would take it for the quota of its token.
func (l *limiter) checkAddress(c Request) error {
	ok, left, seconds := l.take(network(c.RealIP()), l.now())
	if ok {
		return nil
	}
	l.announce(c, "address", left, seconds)
	return l.refuse(c, "Without a valid token, the quota of your network address is %d requests a minute; try again in %d s.", seconds)
}

// network returns the part of an address that has a quota: an IPv4 address as it is, and the /64 of an IPv6 address, because all
// addresses of a /64 belong to one customer of a provider. Any other text is returned unchanged.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}
