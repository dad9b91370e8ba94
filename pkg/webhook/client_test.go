package webhook_test

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

// names is a resolver of fixed names. No test asks a real one.
type names map[string][]string

func (n names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	var found []netip.Addr
	for _, text := range n[host] {
		found = append(found, netip.MustParseAddr(text))
	}
	if len(found) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	return found, nil
}

// dialled is the last step of a dialer. It notes the address and connects nowhere, or to the receiver of the test, so that no packet
// reaches the addresses of these tests.
type dialled struct {
	mu  sync.Mutex
	to  []string
	via string // the address of the receiver; empty: nothing connects
}

func (d *dialled) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d.mu.Lock()
	d.to = append(d.to, address)
	via := d.via
	d.mu.Unlock()
	if via == "" {
		return nil, errors.New("connection refused by the test")
	}
	return (&net.Dialer{}).DialContext(ctx, network, via)
}

var secret = []webhook.Secret{webhook.Secret(strings.Repeat("s", 32))}

func TestOnlyPublicAddressesAreDialled(t *testing.T) {
	for address, public := range map[string]bool{
		"8.8.8.8": true, "93.184.216.34": true, "2606:2800:220:1:248:1893:25c8:1946": true, "100.63.255.255": true, "172.15.255.255": true, "172.32.0.1": true,
		"0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "100.64.0.1": false, "100.127.255.255": false, "127.0.0.1": false, "127.255.0.1": false,
		"169.254.169.254": false, "172.16.0.1": false, "172.31.255.255": false, "192.0.0.1": false, "192.0.2.1": false, "192.88.99.1": false,
		"192.168.1.1": false, "198.18.0.1": false, "198.19.255.255": false, "198.51.100.1": false, "203.0.113.9": false, "224.0.0.1": false,
		"240.0.0.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "::ffff:10.0.0.1": false, "::ffff:169.254.169.254": false, "::10.0.0.1": false, "64:ff9b::a00:1": false, "64:ff9b::808:808": false,
		"64:ff9b:1::1": false, "100::1": false, "2001::1": false, "2001:db8::1": false, "2002:a00:1::1": false, "fc00::1": false, "fd00:ec2::254": false,
		"fe80::1": false, "fec0::1": false, "ff02::1": false, "3fff::1": false, "5f00::1": false,
	} {
		t.Run(address, func(t *testing.T) {
			require.Equal(t, public, webhook.Public(netip.MustParseAddr(address)))
			host := address
			if strings.Contains(address, ":") {
				host = "[" + address + "]"
			}
			for _, url := range []string{"https://" + host + "/hooks", "https://erp.example/hooks"} {
				d := &dialled{}
				c := webhook.NewClient(webhook.ClientOptions{Now: time.Now, Resolver: names{"erp.example": {address}}, Dial: d.dial})
				o := c.Send(t.Context(), url, "id", []byte("{}"), secret)
				require.Zero(t, o.Status)
				if public {
					require.Len(t, d.to, 1, url)
				} else {
					require.Empty(t, d.to, url)
					require.Equal(t, "The host has no public address.", o.Error)
				}
			}
			require.Equal(t, public, webhook.CheckURL("https://"+host+"/", nil) == "", "the URL itself")
		})
	}
	require.False(t, webhook.Public(netip.MustParseAddr("fe80::1%eth0")))
	require.False(t, webhook.Public(netip.Addr{}))
}

func TestAMixedNameReachesItsPublicAddressAlone(t *testing.T) {
	d := &dialled{}
	c := webhook.NewClient(webhook.ClientOptions{Now: time.Now, Dial: d.dial, Resolver: names{"erp.example": {"10.0.0.1", "::1", "8.8.8.8", "::ffff:192.168.0.1"}}})
	c.Send(t.Context(), "https://erp.example:8443/", "id", nil, secret)
	require.Equal(t, []string{"8.8.8.8:8443"}, d.to)
}

// unresolved is a resolver that fails.
type unresolved struct{ err net.DNSError }

func (u unresolved) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return nil, &u.err
}

// The reason of a failed lookup names no name server of the service's own network.
func TestANameThatIsNotFound(t *testing.T) {
	for _, one := range []struct {
		err   net.DNSError
		words string
	}{
		{net.DNSError{Err: "no such host", IsNotFound: true}, "The name of the host was not found."},
		{net.DNSError{Err: "server misbehaving", IsTemporary: true}, "The name of the host could not be resolved."},
		{net.DNSError{Err: "i/o timeout", IsTimeout: true}, "The name of the host could not be resolved."},
	} {
		one.err.Name, one.err.Server = "erp.example", "10.255.255.53:53"
		c := webhook.NewClient(webhook.ClientOptions{Now: time.Now, Resolver: unresolved{one.err}})
		require.Equal(t, one.words, c.Send(t.Context(), "https://erp.example/", "id", nil, secret).Error)
	}
}

// A name that is public when it is checked and private when it is dialled is dialled at the address that was checked.
func TestANameThatChangesIsDialledAsChecked(t *testing.T) {
	answers := []string{"8.8.8.8", "127.0.0.1"}
	d := &dialled{}
	c := webhook.NewClient(webhook.ClientOptions{Now: time.Now, Dial: d.dial, Resolver: resolve(func(string) []string {
		next := answers[0]
		if len(answers) > 1 {
			answers = answers[1:]
		}
		return []string{next}
	})})
	for range 3 {
		c.Send(t.Context(), "https://rebind.example/", "id", nil, secret)
	}
	require.Equal(t, []string{"8.8.8.8:443"}, d.to)
}

type resolve func(host string) []string

func (r resolve) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	return names{host: r(host)}.LookupNetIP(ctx, network, host)
}

func TestAllowedNetworks(t *testing.T) {
	allowed := webhook.Networks{netip.MustParsePrefix("10.1.0.0/16")}
	for url, dials := range map[string]string{
		"http://10.1.2.3:8080/": "10.1.2.3:8080", "https://10.1.2.3/": "10.1.2.3:443", "https://inside.example/": "10.1.9.9:443", "http://inside.example/": "10.1.9.9:80",
		"http://10.2.0.1/": "", "http://public.example/": "", "https://public.example/": "8.8.8.8:443", "https://other.example/": "",
	} {
		d := &dialled{}
		c := webhook.NewClient(webhook.ClientOptions{Now: time.Now, Allowed: allowed, Dial: d.dial,
			Resolver: names{"inside.example": {"10.1.9.9"}, "public.example": {"8.8.8.8"}, "other.example": {"10.2.9.9"}}})
		c.Send(t.Context(), url, "id", nil, secret)
		if dials == "" {
			require.Empty(t, d.to, url)
		} else {
			require.Equal(t, []string{dials}, d.to, url)
		}
	}
	require.Empty(t, webhook.CheckURL("http://10.1.2.3:8080/x", allowed))
	require.NotEmpty(t, webhook.CheckURL("http://10.1.2.3:8080/x", nil))
}

func TestCheckURL(t *testing.T) {
	require.Empty(t, webhook.CheckURL("https://erp.example:8443/hooks?tenant=7", nil))
	for _, url := range []string{"", "erp.example", "https:///x", "ftp://erp.example/", "http://erp.example/", "https://user@erp.example/", "https://user:password@erp.example/", "https://erp.example/#x", "https://erp.example/%zz", "https://localhost.:x/", "https://erp.example:0/", "https://erp.example:65536/", "https://erp.example:99999999999999999999/", "https://127.0.0.1/", "https://[::1]/"} {
		require.NotEmpty(t, webhook.CheckURL(url, nil), url)
	}
}

// receiver is a real HTTP server on this machine, which the client is allowed to reach.
func receiver(t *testing.T, answer http.HandlerFunc) (*webhook.Client, string) {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return webhook.NewClient(webhook.ClientOptions{Now: time.Now, Allowed: webhook.Networks{netip.MustParsePrefix("127.0.0.0/8")}, Limit: 300 * time.Millisecond}), server.URL
}

func TestOutcomesOfRealReceivers(t *testing.T) {
	for name, c := range map[string]struct {
		answer  http.HandlerFunc
		status  int
		success bool
		error   string
		after   time.Duration
		excerpt string
	}{
		"200": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "thanks") }, 200, true, "", 0, "thanks"},
		"204": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, 204, true, "", 0, ""},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, 307, false, "Redirects are not followed", 0, ""},
		"a redirect with a body": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://169.254.169.254/")
			w.WriteHeader(302)
		}, 302, false, "Redirects are not followed", 0, ""},
		"410":              {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(410) }, 410, false, "answered 410", 0, ""},
		"429 with seconds": {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "120"); w.WriteHeader(429) }, 429, false, "answered 429", 2 * time.Minute, ""},
		"500":              {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "oh no", 500) }, 500, false, "answered 500", 0, "oh no\n"},
		"slow":             {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, 0, false, "no answer in time", 0, ""},
		"slow after the status": {func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, 200, false, "broke off", 0, ""},
		"closes":                 {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, false, "no answer", 0, ""},
		"an endless body":        {endless, 200, true, "", 0, strings.Repeat("x", hook.MaxExcerpt)},
		"a header of a megabyte": {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("x", 1<<20)) }, 0, false, "no answer", 0, ""},
		"a Retry-After with a word": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "soon")
			w.WriteHeader(503)
		}, 503, false, "answered 503", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			requests := 0
			client, url := receiver(t, func(w http.ResponseWriter, r *http.Request) {
				requests++
				_, _ = io.Copy(io.Discard, r.Body) // then a closed connection ends the context
				c.answer(w, r)
			})
			o := client.Send(t.Context(), url, "id", []byte("{}"), secret)
			require.Equal(t, c.status, o.Status, o.Error)
			require.Equal(t, c.success, o.Success(), o.Error)
			require.Contains(t, o.Error, c.error)
			require.NotContains(t, o.Error, url)
			require.Equal(t, c.after, o.RetryAfter)
			require.Equal(t, c.excerpt, o.Excerpt)
			require.LessOrEqual(t, requests, 1, "one attempt is one request")
		})
	}
}

// endless writes until nobody reads.
func endless(w http.ResponseWriter, r *http.Request) {
	chunk := []byte(strings.Repeat("x", 8<<10))
	for r.Context().Err() == nil {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// 64 kB are read of an answer, and then the connection is closed.
func TestAnEndlessAnswerIsCutOff(t *testing.T) {
	var mu sync.Mutex
	written := 0
	done := make(chan struct{})
	client, url := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		defer close(done)
		for {
			n, err := w.Write(make([]byte, 32<<10))
			mu.Lock()
			written += n
			mu.Unlock()
			if err != nil || r.Context().Err() != nil {
				return
			}
		}
	})
	require.True(t, client.Send(t.Context(), url, "id", nil, secret).Success())
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("the receiver can still write")
	}
	require.Less(t, written, 32<<20, "buffers of the system take some of it")
}

func TestAProxyOfTheEnvironmentIsNotUsed(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") }))
	defer proxy.Close()
	t.Setenv("HTTPS_PROXY", proxy.URL)
	t.Setenv("HTTP_PROXY", proxy.URL)
	d := &dialled{}
	webhook.NewClient(webhook.ClientOptions{Now: time.Now, Dial: d.dial, Resolver: names{"erp.example": {"8.8.8.8"}}}).Send(t.Context(), "https://erp.example/", "id", nil, secret)
	require.Equal(t, []string{"8.8.8.8:443"}, d.to)
}

// A public name by https, whose packets the test keeps on this machine.
func TestHTTPS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		if string(raw) != `{"a":1}` || r.Header.Get("Content-Type") != "application/json" || r.Header.Get(webhook.HeaderSignature) == "" {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	defer server.Close()
	d := &dialled{via: server.Listener.Addr().String()}
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	resolver := names{"example.com": {"93.184.216.34"}, "other.example": {"93.184.216.34"}} // the certificate of httptest is for example.com
	client := webhook.NewClient(webhook.ClientOptions{Now: time.Now, Roots: roots, Dial: d.dial, Resolver: resolver})
	require.True(t, client.Send(t.Context(), "https://example.com/", "id", []byte(`{"a":1}`), secret).Success())
	o := client.Send(t.Context(), "https://other.example/", "id", []byte(`{"a":1}`), secret)
	require.Contains(t, o.Error, "certificate", "a certificate of another name")
	stranger := webhook.NewClient(webhook.ClientOptions{Now: time.Now, Dial: d.dial, Resolver: resolver})
	require.Contains(t, stranger.Send(t.Context(), "https://example.com/", "id", nil, secret).Error, "unknown authority")
}
