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
	jwksMaxAge   = 5 * time.Minute // after it the set is fetched anew, in the background: a revoked key lives no longer
	jwksTimeout  = 3 * time.Second // of one fetch, and so of a request that waits for it
	jwksBytes    = 1 << 20
	jwksInterval = 5 * time.Second // between fetches that tokens can cause, after the first jwksBurst
	jwksBurst    = 3
)

// jwks is a JSON Web Key Set (RFC 7517) that follows its source's rotation. A kid it does not know makes it fetch
// the set, at a bounded rate, so that a new key works at once and made-up kids cost the identity provider nothing.
// While the source is away the keys it last gave go on working.
//
// keyfunc, the usual library, bounds that fetch by the time it may wait for its rate limiter: either a made-up kid
// hangs a request for a minute, or a fetch gets a millisecond. So the fetching is ours; jwkset reads the keys.
type jwks struct {
	source *url.URL
	client *http.Client
	now    func() time.Time
	log    *slog.Logger

	lifetime context.Context // ends the fetches, which outlive the request that caused them
	limiter  *rate.Limiter
	set      atomic.Pointer[keySet] // nil until the first fetch succeeded
	mu       sync.Mutex
	flight   chan struct{} // closed when the running fetch has ended; nil when none runs
	failure  error         // of the last fetch
}

type keySet struct {
	byID      map[string]key
	fetchedAt time.Time
}

// newJWKS reads the set once and goes on without it if the source is away: find and ready try again.
func newJWKS(ctx context.Context, source string, now func() time.Time, log *slog.Logger) (*jwks, error) {
	u, err := url.Parse(source)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "file" {
		return nil, errors.New("the JWKS address must begin with https://, http:// or file://")
	}
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:errcheck // the standard library says what it is
	transport.DisableKeepAlives = true                           // one fetch in minutes is not worth a connection
	j := &jwks{
		source: u, now: now, log: log, lifetime: ctx,
		limiter: rate.NewLimiter(rate.Every(jwksInterval), jwksBurst),
		client: &http.Client{
			Timeout:   jwksTimeout,
			Transport: transport,
			// The keys come from the configured address, or not at all.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	<-j.refresh()
	return j, nil
}

func (j *jwks) find(kid string) (key, error) {
	if kid == "" {
		return key{}, errors.New("the token names no kid")
	}
	if set := j.set.Load(); set != nil {
		if j.now().Sub(set.fetchedAt) > jwksMaxAge {
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
	return key{}, fmt.Errorf("the key set has no usable key %.40q", kid)
}

// ready says why no token can be verified. A probe is what makes it try again: an instance that is not ready gets no
// requests that would.
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
		return fmt.Errorf("no key set yet: %w", j.failure)
	case len(set.byID) == 0:
		return errors.New("the key set has no usable key")
	}
	return nil
}

// refresh starts a fetch, unless one runs or the last ones were too recent. The channel is closed when there is
// nothing to wait for any more.
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

func (j *jwks) fetch() (map[string]key, error) {
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
	byID := map[string]key{}
	for i, raw := range set.Keys {
		kid, k, err := jwkKey(raw)
		if err == nil && byID[kid].method != nil {
			err = errors.New("its kid occurs twice")
		}
		if err != nil { // a set may hold keys for others; they must not take ours away
			j.log.Debug("skip key of JWKS", "index", i, "reason", err)
			continue
		}
		byID[kid] = k
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

// jwkKey reads one key of a set. Symmetric keys, keys for encryption and keys for other algorithms are refused.
func jwkKey(raw json.RawMessage) (kid string, k key, err error) {
	jwk, err := jwkset.NewJWKFromRawJSON(raw, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
	if err != nil {
		return "", key{}, err
	}
	said := jwk.Marshal()
	if k, err = publicKey(jwk.Key()); err != nil {
		return "", key{}, err
	}
	switch {
	case said.KID == "":
		return "", key{}, errors.New("it has no kid")
	case said.USE != "" && said.USE != jwkset.UseSig:
		return "", key{}, fmt.Errorf("its use is %q", said.USE)
	case said.ALG != "" && said.ALG.String() != k.method.Alg():
		return "", key{}, fmt.Errorf("its alg is %q", said.ALG)
	}
	return said.KID, k, nil
}
