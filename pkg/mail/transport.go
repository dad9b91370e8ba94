package mail

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"
)

// longestAnswer is how many bytes of a provider's answer are read. SendGrid's answers have a few hundred bytes.
const longestAnswer = 64 << 10

// AtOnce is how many messages a process sends at the same time. The provider's answer takes most of a message's time, and needs no
// processor. As many connections are kept open.
const AtOnce = 64

// newHTTPClient returns a client that never waits longer than the timeout, never follows a redirect, which would send
// our key and the e-mail elsewhere, and never reads an endless answer.
func newHTTPClient(timeout time.Duration) *http.Client {
	return &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: capped{&http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: timeout / 2, KeepAlive: 30 * time.Second}).DialContext,
			TLSHandshakeTimeout: timeout / 2,
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: AtOnce,
			IdleConnTimeout:     60 * time.Second,
		}},
	}
}

// capped cuts answers off after longestAnswer bytes.
type capped struct{ next http.RoundTripper }

func (c capped) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(answer.Body, longestAnswer), answer.Body}
	return answer, nil
}

// watchDeparture returns a function that reports, after a request without an answer, whether the whole request may have
// arrived. It certainly did not if there was no connection or if writing failed. In doubt the function returns true.
func watchDeparture(ctx context.Context) (context.Context, func() (departed bool)) {
	var mu sync.Mutex
	var connected, broken bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		// The transport may use a second connection if the first was closed before anything was written.
		GotConn: func(httptrace.GotConnInfo) {
			mu.Lock()
			defer mu.Unlock()
			connected, broken = true, false
		},
		WroteRequest: func(info httptrace.WroteRequestInfo) {
			mu.Lock()
			defer mu.Unlock()
			broken = info.Err != nil
		},
	})
	return ctx, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return connected && !broken
	}
}
