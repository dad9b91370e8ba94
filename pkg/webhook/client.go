package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"time"

	"github.com/orderdesk/orderdesk/pkg/hook"
)

// The bounds of an attempt.
const (
	AttemptLimit   = 15 * time.Second // from the resolution of the name to the end of the answer
	maxAnswer      = 64 << 10         // bytes that are read of an answer
	maxHeaders     = 16 << 10
	idleConns      = 64
	idleConnLength = 30 * time.Second
)

// ClientOptions configure NewClient.
type ClientOptions struct {
	Allowed  Networks         // besides public addresses
	Now      func() time.Time // the only clock
	Resolver Resolver         // default: the system's
	Dial     func(ctx context.Context, network, address string) (net.Conn, error)
	Roots    *x509.CertPool // whose certificates are trusted; default: the system's
	Limit    time.Duration  // of an attempt; default AttemptLimit
}

// Client sends webhooks. It is safe for concurrent use.
type Client struct {
	http *http.Client
	now  func() time.Time
}

// NewClient returns a client that connects to public addresses alone, by https, without a proxy, and follows no redirect. To the
// allowed networks it also connects, by http too.
func NewClient(o ClientOptions) *Client {
	g := guard{allowed: o.Allowed, resolver: o.Resolver, dial: o.Dial}
	if g.resolver == nil {
		g.resolver = net.DefaultResolver
	}
	if g.dial == nil {
		g.dial = (&net.Dialer{Timeout: AttemptLimit}).DialContext
	}
	if o.Limit == 0 {
		o.Limit = AttemptLimit
	}
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
		Proxy:           nil, // a proxy would resolve the name itself
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return g.dialContext(ctx, network, address, isPlain(ctx))
		},
		ForceAttemptHTTP2: true, DisableCompression: true, MaxResponseHeaderBytes: maxHeaders,
		MaxIdleConns: idleConns, MaxIdleConnsPerHost: 4, IdleConnTimeout: idleConnLength,
	}
	return &Client{now: o.Now, http: &http.Client{
		Transport: transport, Timeout: o.Limit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// plainKey marks the context of a request by http. The transport dials in it.
type plainKey struct{}

func isPlain(ctx context.Context) bool { return ctx.Value(plainKey{}) != nil }

// WithSent returns a context in which Send calls f once the request is written, before the answer.
func WithSent(ctx context.Context, f func()) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { f() }})
}

// Send makes one attempt: it signs the body with each secret and posts it. Errors are part of the outcome.
func (c *Client) Send(ctx context.Context, url, id string, body []byte, secrets []Secret) hook.Outcome {
	began := c.now()
	o := hook.Outcome{Attempt: hook.Attempt{At: began.UTC().Truncate(time.Microsecond)}}
	c.post(ctx, url, id, body, secrets, &o)
	o.MS = int(c.now().Sub(began).Milliseconds())
	return o
}

func (c *Client) post(ctx context.Context, url, id string, body []byte, secrets []Secret, o *hook.Outcome) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		o.Error = "The URL cannot be read."
		return
	}
	if request.URL.Scheme != "https" {
		request = request.WithContext(context.WithValue(ctx, plainKey{}, true))
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "orderdesk-webhooks/1")
	Sign(request.Header, id, o.At, body, secrets)
	answer, err := c.http.Do(request)
	if err != nil {
		o.Error = wordsOf(err)
		return
	}
	defer answer.Body.Close()
	o.Status = answer.StatusCode
	o.RetryAfter = retryAfter(answer.Header.Get("Retry-After"), o.At)
	read, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	o.Excerpt = string(read[:min(len(read), hook.MaxExcerpt)])
	switch {
	case answer.StatusCode >= 300 && answer.StatusCode <= 399:
		o.Error = "The receiver redirected. Redirects are not followed; change the URL of the endpoint."
	case answer.StatusCode < 200 || answer.StatusCode > 299:
		o.Error = "The receiver answered " + strconv.Itoa(answer.StatusCode) + "."
	case err != nil:
		o.Error = "The answer broke off: " + wordsOf(err)
	}
}

// wordsOf says why there was no answer, without the URL, which may hold a secret of the receiver, and without addresses of the
// service's own network.
func wordsOf(err error) string {
	var timeout net.Error
	var name *net.DNSError
	switch {
	case errors.Is(err, errForbidden):
		return "The host has no public address."
	case errors.As(err, &timeout) && timeout.Timeout():
		return "There was no answer in time."
	case errors.As(err, &name) && name.IsNotFound:
		return "The name of the host was not found."
	case errors.As(err, &name): // its own words have the address of a name server
		return "The name of the host could not be resolved."
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return "There was no answer: " + err.Error()
}

// retryAfter reads the header Retry-After: seconds, or a time.
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(min(max(seconds, 0), 7*24*60*60)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}
