package auth_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/auth"
)

// provider is an identity provider: an HTTP server with a key set that tests change, delay and remove.
type provider struct {
	*httptest.Server
	mu      sync.Mutex
	keys    []members
	status  int
	delay   time.Duration
	fetches atomic.Int32
}

func newProvider(t *testing.T, keys ...members) *provider {
	t.Helper()
	p := &provider{keys: keys, status: http.StatusOK}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p.fetches.Add(1)
		p.mu.Lock()
		keys, status, delay := p.keys, p.status, p.delay
		p.mu.Unlock()
		time.Sleep(delay)
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(members{"keys": keys})
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *provider) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

func jwk(kid string, k crypto.Signer, more ...members) members {
	b64 := func(i *big.Int, size int) string {
		return base64.RawURLEncoding.EncodeToString(i.FillBytes(make([]byte, size)))
	}
	m := members{"kid": kid, "use": "sig"}
	switch k := k.(type) {
	case *rsa.PrivateKey:
		m["kty"], m["n"], m["e"] = "RSA", b64(k.N, k.Size()), "AQAB"
	case *ecdsa.PrivateKey:
		m["kty"], m["crv"] = "EC", k.Curve.Params().Name
		size := (k.Curve.Params().BitSize + 7) / 8
		m["x"], m["y"] = b64(k.X, size), b64(k.Y, size)
	}
	for _, change := range more {
		for name, v := range change {
			m[name] = v
		}
	}
	return m
}

func tokenBy(t *testing.T, kid string, method jwt.SigningMethod, key any) string {
	t.Helper()
	return forge(t, members{"alg": method.Alg(), "kid": kid}, good(), method, key)
}

// movingClock shows noon until a test moves it.
type movingClock struct{ offset atomic.Int64 }

func (c *movingClock) now() time.Time           { return noon.Add(time.Duration(c.offset.Load())) }
func (c *movingClock) advance(by time.Duration) { c.offset.Add(int64(by)) }

func jwksVerifier(t *testing.T, source string) (*auth.Verifier, *movingClock) {
	t.Helper()
	c := &movingClock{}
	v, err := auth.NewVerifier(t.Context(), auth.Settings{JWKSURL: source, Issuer: issuer, Audience: audience}, c.now, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return v, c
}

func TestJWKSRotation(t *testing.T) {
	first, second := rsaKey(t, 2048), ecKey(t, elliptic.P256())
	idp := newProvider(t, jwk("2026-a", first))
	idp.delay = 20 * time.Millisecond // as far away as a real one
	v, c := jwksVerifier(t, idp.URL)
	require.NoError(t, v.Ready())
	old := tokenBy(t, "2026-a", jwt.SigningMethodRS256, first)
	fresh := tokenBy(t, "2026-b", jwt.SigningMethodES256, second)
	_, err := v.Verify(old)
	require.NoError(t, err)
	refuse(t, v, fresh)

	// While both are in the set, the new key works on its first use, and the old one still works.
	idp.set(func() { idp.keys = []members{jwk("2026-a", first), jwk("2026-b", second)} })
	for _, token := range []string{fresh, old} {
		_, err = v.Verify(token)
		require.NoError(t, err)
	}

	// The old key is revoked. It stops working when the set is five minutes old, also if no token has a new kid.
	idp.set(func() { idp.keys = []members{jwk("2026-b", second)} })
	c.advance(6 * time.Minute)
	require.Eventually(t, func() bool {
		_, err := v.Verify(old)
		return err != nil
	}, 2*time.Second, 5*time.Millisecond, "the revoked key still works")
	_, err = v.Verify(fresh)
	require.NoError(t, err)
}

// Each key has one algorithm, also in a set with several keys.
func TestJWKSPinsTheAlgorithmOfEachKey(t *testing.T) {
	r, e := rsaKey(t, 2048), ecKey(t, elliptic.P256())
	v, _ := jwksVerifier(t, newProvider(t, jwk("r", r, members{"alg": "RS256"}), jwk("e", e)).URL)
	for _, token := range []string{tokenBy(t, "r", jwt.SigningMethodRS256, r), tokenBy(t, "e", jwt.SigningMethodES256, e)} {
		_, err := v.Verify(token)
		require.NoError(t, err)
	}
	refuse(t, v, tokenBy(t, "e", jwt.SigningMethodRS256, r))
	refuse(t, v, tokenBy(t, "r", jwt.SigningMethodES256, e))
	refuse(t, v, tokenBy(t, "r", jwt.SigningMethodPS256, r))
	refuse(t, v, tokenBy(t, "r", jwt.SigningMethodRS512, r))
	refuse(t, v, tokenBy(t, "r", jwt.SigningMethodHS256, publicPEM(t, r)))
	refuse(t, v, forge(t, members{"alg": "RS256"}, good(), jwt.SigningMethodRS256, r)) // no kid
	for _, kid := range []string{"../../dev/null", "x' OR '1'='1", "", "R"} {
		refuse(t, v, tokenBy(t, kid, jwt.SigningMethodRS256, r))
	}
	refuse(t, v, tokenBy(t, string(make([]byte, 10<<10)), jwt.SigningMethodRS256, r))
}

// Keys that cannot verify tokens are ignored. The other keys of the set still work.
func TestJWKSSkipsKeysItCannotUse(t *testing.T) {
	good, spare := rsaKey(t, 2048), rsaKey(t, 2048)
	hmacSecret := []byte(secret)
	v, _ := jwksVerifier(t, newProvider(t,
		jwk("enc", spare, members{"use": "enc"}),
		jwk("ps256", spare, members{"alg": "PS256"}),
		jwk("small", rsaKey(t, 1024)),
		jwk("p384", ecKey(t, elliptic.P384())),
		jwk("", spare),
		members{"kty": "oct", "kid": "oct", "k": base64.RawURLEncoding.EncodeToString(hmacSecret)},
		members{"kty": "strange", "kid": "strange"},
		members{"kty": "RSA", "kid": "broken", "n": "!", "e": "AQAB"},
		jwk("good", good),
		jwk("twice", good), jwk("twice", spare), // a token cannot say which of them it means
	).URL)
	_, err := v.Verify(tokenBy(t, "good", jwt.SigningMethodRS256, good))
	require.NoError(t, err)
	refuse(t, v, tokenBy(t, "good", jwt.SigningMethodRS256, spare))
	refuse(t, v, tokenBy(t, "twice", jwt.SigningMethodRS256, good))
	refuse(t, v, tokenBy(t, "twice", jwt.SigningMethodRS256, spare))
	refuse(t, v, tokenBy(t, "enc", jwt.SigningMethodRS256, spare))
	refuse(t, v, tokenBy(t, "ps256", jwt.SigningMethodPS256, spare))
	refuse(t, v, tokenBy(t, "ps256", jwt.SigningMethodRS256, spare))
	refuse(t, v, tokenBy(t, "", jwt.SigningMethodRS256, spare))
	refuse(t, v, tokenBy(t, "oct", jwt.SigningMethodHS256, hmacSecret))
}

// Tokens with invented kids cause few fetches and do not delay requests.
func TestJWKSUnknownKidsAreCheap(t *testing.T) {
	k := rsaKey(t, 2048)
	idp := newProvider(t, jwk("a", k))
	v, c := jwksVerifier(t, idp.URL)
	began := time.Now()
	for i := range 200 {
		refuse(t, v, tokenBy(t, fmt.Sprint("made-up-", i), jwt.SigningMethodHS256, []byte(secret)))
	}
	require.LessOrEqual(t, idp.fetches.Load(), int32(3), "one fetch at the start, and those of the burst")
	require.Less(t, time.Since(began), 10*time.Second)

	// Later, a new key is still found.
	idp.set(func() { idp.keys = []members{jwk("b", k)} })
	c.advance(6 * time.Second)
	_, err := v.Verify(tokenBy(t, "b", jwt.SigningMethodRS256, k))
	require.NoError(t, err)
}

// Concurrent requests with a new key share one fetch.
func TestJWKSConcurrentRequestsShareOneFetch(t *testing.T) {
	k := rsaKey(t, 2048)
	idp := newProvider(t)
	v, _ := jwksVerifier(t, idp.URL)
	idp.set(func() { idp.keys, idp.delay = []members{jwk("a", k)}, 200*time.Millisecond })
	token := tokenBy(t, "a", jwt.SigningMethodRS256, k)
	var wait sync.WaitGroup
	var failed atomic.Int32
	for range 20 {
		wait.Go(func() {
			if _, err := v.Verify(token); err != nil {
				failed.Add(1)
			}
		})
	}
	wait.Wait()
	require.Zero(t, failed.Load())
	require.Equal(t, int32(2), idp.fetches.Load())
}

// While the source does not answer at the start, the verifier is not ready and refuses every token. The readiness probe makes
// it ready later. If the source stops answering later, nothing changes.
func TestJWKSOutages(t *testing.T) {
	k := rsaKey(t, 2048)
	idp := newProvider(t, jwk("a", k))
	idp.status = http.StatusBadGateway
	v, c := jwksVerifier(t, idp.URL)
	token := tokenBy(t, "a", jwt.SigningMethodRS256, k)
	require.ErrorContains(t, v.Ready(), "502")
	refuse(t, v, token)

	idp.set(func() { idp.status = http.StatusOK })
	c.advance(time.Minute)
	require.NoError(t, v.Ready())
	_, err := v.Verify(token)
	require.NoError(t, err)

	idp.Close()
	c.advance(10 * time.Minute)
	for range 3 {
		_, err = v.Verify(tokenBy(t, "a", jwt.SigningMethodRS256, k))
		require.NoError(t, err)
	}
	require.NoError(t, v.Ready())
}

// An answer that is not a key set changes nothing. An empty key set is valid, and revokes every key.
func TestJWKSKeepsItsKeysUntilAValidAnswer(t *testing.T) {
	k := rsaKey(t, 2048)
	var answer atomic.Pointer[string]
	say := func(v any) {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		s := string(text)
		answer.Store(&s)
	}
	say(members{"keys": []members{jwk("a", k)}})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, *answer.Load()) }))
	t.Cleanup(server.Close)
	v, c := jwksVerifier(t, server.URL)
	fetchAgain := func() {
		c.advance(time.Minute)
		refuse(t, v, tokenBy(t, "b", jwt.SigningMethodRS256, k))
	}
	for _, nonsense := range []any{members{}, members{"error": "sorry"}, "sorry", members{"keys": nil}} {
		say(nonsense)
		fetchAgain()
		_, err := v.Verify(tokenBy(t, "a", jwt.SigningMethodRS256, k))
		require.NoError(t, err, nonsense)
	}
	say(members{"keys": []members{}})
	fetchAgain()
	refuse(t, v, tokenBy(t, "a", jwt.SigningMethodRS256, k))
	require.ErrorContains(t, v.Ready(), "no usable key")
	say(members{"keys": []members{jwk("", k)}}) // which no token can name
	c.advance(time.Minute)
	require.ErrorContains(t, v.Ready(), "no usable key")
}

func TestJWKSRefusesBadAnswers(t *testing.T) {
	k := rsaKey(t, 2048)
	elsewhere := newProvider(t, jwk("a", k))
	for name, handler := range map[string]http.HandlerFunc{
		"a redirect":   func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) },
		"no JSON":      func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"no keys":      func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) },
		"an empty set": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"keys":[]}`) },
		"two megabytes": func(w http.ResponseWriter, _ *http.Request) {
			_ = json.NewEncoder(w).Encode(members{"keys": []members{jwk("a", k)}, "x": strings.Repeat("x", 2<<20)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(handler)
			t.Cleanup(server.Close)
			v, _ := jwksVerifier(t, server.URL)
			require.Error(t, v.Ready())
			refuse(t, v, tokenBy(t, "a", jwt.SigningMethodRS256, k))
		})
	}
	require.Zero(t, elsewhere.fetches.Load())
}

func TestJWKSFromAFile(t *testing.T) {
	k := rsaKey(t, 2048)
	path := filepath.Join(t.TempDir(), "keys.json")
	v, c := jwksVerifier(t, "file://"+path)
	require.ErrorContains(t, v.Ready(), "read JWKS file")
	text, err := json.Marshal(members{"keys": []members{jwk("a", k)}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text, 0o600))
	c.advance(time.Minute)
	require.NoError(t, v.Ready())
	_, err = v.Verify(tokenBy(t, "a", jwt.SigningMethodRS256, k))
	require.NoError(t, err)
}
