package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/MicahParks/jwkset"
	"golang.org/x/time/rate"
)

const (
	jwksMaxAge   = 5 * time.Minute // an older set is fetched again, so that a revoked key is soon refused
	jwksTimeout  = 3 * time.Second // of one fetch; a request may wait for it
	jwksBytes    = 1 << 20
	jwksInterval = 5 * time.Second // between two fetches, after the first jwksBurst
	jwksBurst    = 3
)

// jwks is a JSON Web Key Set (RFC 7517) that is fetched again when it is old or when a token names an unknown kid. So a new
// key works at once. A rate limit protects the identity provider from tokens with invented kids. While the source does not
// answer, the last keys stay in use.
//
// The usual library, keyfunc, has one limit for the wait for its rate limiter and for the fetch: either a request with an
// invented kid waits for a minute, or a fetch has no time. So this code fetches, and jwkset reads the keys.
type jwks struct {
	source *url.URL
	client *http.Client
	now    func() time.Time
	log    *slog.Logger

	lifetime context.Context // cancels the fetches, which may last longer than the request that started them
	limiter  *rate.Limiter
	set      atomic.Pointer[keySet] // nil until a fetch has succeeded
	mu       sync.Mutex
	flight   chan struct{} // closed when the running fetch ends; nil if no fetch is running
	failure  error         // of the last fetch
}

type keySet struct {
	byID      map[string]*key
	fetchedAt time.Time
}

// newJWKS fetches the set once. A failure is not an error: find and ready try again.
func newJWKS(ctx context.Context, source string, now func() time.Time, log *slog.Logger) (*jwks, error) {
	u, err := url.Parse(source)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "file" {
		return nil, errors.New("the JWKS URL must start with https://, http:// or file://")
	}
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:errcheck // the standard library documents its type
	transport.DisableKeepAlives = true                           // a fetch in minutes does not need an open connection
	j := &jwks{
		source: u, now: now, log: log, lifetime: ctx,
		limiter: rate.NewLimiter(rate.Every(jwksInterval), jwksBurst),
		client: &http.Client{
			Timeout:   jwksTimeout,
			Transport: transport,
			// A redirect must not replace the configured source.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	<-j.refresh()
	return j, nil
}

func (j *jwks) find(kid string) (*key, error) {
	if kid == "" {
		return nil, errors.New("the token has no kid")
	}
	if set := j.set.Load(); set != nil {
		if age := j.now().Sub(set.fetchedAt); age > jwksMaxAge || age < 0 { // a clock that was set back would keep a revoked key
			j.refresh()
		}
		if k, ok := set.byID[kid]; ok {
			return k, nil
		}
	}
	<-j.refresh()
	if set := j.set.Load(); set != nil {
		if k, ok := set.byID[kid]; ok {
			return k, nil
		}
	}
	return nil, fmt.Errorf("the key set has no usable key %.40q", kid)
}

// ready returns why no token can be verified, or nil. It fetches the set if there is none: an instance that is not ready
// gets no requests which could cause a fetch.
func (j *jwks) ready() error {
	set := j.set.Load()
	if set == nil || len(set.byID) == 0 {
		<-j.refresh()
		set = j.set.Load()
	}
	switch {
	case set == nil:
		j.mu.Lock()
		defer j.mu.Unlock()
		return fmt.Errorf("there is no key set yet: %w", j.failure)
	case len(set.byID) == 0:
		return errors.New("the key set has no usable key")
	}
	return nil
}

// refresh starts a fetch, unless one is running or the rate limit forbids it. The returned channel is closed when the fetch
// ends, or at once if there is none.
func (j *jwks) refresh() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.flight != nil {
		return j.flight
	}
	done := make(chan struct{})
	if !j.limiter.AllowN(j.now(), 1) {
		close(done)
		return done
	}
	j.flight = done
	go func() {
		byID, err := j.fetch()
		if err != nil {
			j.log.Warn("fetch JWKS", "source", j.source.Redacted(), "error", err)
		} else {
			j.set.Store(&keySet{byID: byID, fetchedAt: j.now()})
		}
		j.mu.Lock()
		j.failure, j.flight = err, nil
		j.mu.Unlock()
		close(done)
	}()
	return done
}

func (j *jwks) fetch() (map[string]*key, error) {
	text, err := j.read()
	if err != nil {
		return nil, err
	}
	var set struct{ Keys []json.RawMessage }
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, fmt.Errorf("read JWKS: %w", err)
	}
	if set.Keys == nil {
		return nil, errors.New("read JWKS: it has no keys member")
	}
	byID, repeated := map[string]*key{}, map[string]bool{}
	for i, raw := range set.Keys {
		kid, k, err := jwkKey(raw)
		if err != nil { // a set may have keys for other services, which must not make the whole set fail
			j.log.Debug("skip key of JWKS", "index", i, "reason", err)
			continue
		}
		if byID[kid] != nil {
			repeated[kid] = true
		}
		byID[kid] = k
	}
	for kid := range repeated { // a token cannot say which of the two it means
		j.log.Warn("skip keys of JWKS: the kid occurs twice", "kid", kid)
		delete(byID, kid)
	}
	return byID, nil
}

func (j *jwks) read() ([]byte, error) {
	if j.source.Scheme == "file" {
		text, err := os.ReadFile(j.source.Path)
		if err != nil {
			return nil, fmt.Errorf("read JWKS file: %w", err)
		}
		return text, nil
	}
	request, err := http.NewRequestWithContext(j.lifetime, http.MethodGet, j.source.String(), http.NoBody)
	if err != nil {
		return nil, fmt.Errorf("ask for JWKS: %w", err)
	}
	request.Header.Set("Accept", "application/json")
	response, err := j.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask for JWKS: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask for JWKS: the answer is %s", response.Status)
	}
	text, err := io.ReadAll(http.MaxBytesReader(nil, response.Body, jwksBytes))
	if err != nil {
		return nil, fmt.Errorf("read JWKS: %w", err)
	}
	return text, nil
}

// jwkKey reads one key of a set. It refuses symmetric keys, keys for encryption and keys for other algorithms.
func jwkKey(raw json.RawMessage) (kid string, k *key, err error) {
	jwk, err := jwkset.NewJWKFromRawJSON(raw, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
	if err != nil {
		return "", nil, err
	}
	fields := jwk.Marshal()
	if k, err = publicKey(jwk.Key()); err != nil {
		return "", nil, err
	}
	switch {
	case fields.KID == "":
		return "", nil, errors.New("it has no kid")
	case fields.USE != "" && fields.USE != jwkset.UseSig:
		return "", nil, fmt.Errorf("its use is %q", fields.USE)
	case fields.ALG != "" && fields.ALG.String() != k.method.Alg():
		return "", nil, fmt.Errorf("its alg is %q", fields.ALG)
	}
	return fields.KID, k, nil
}
