package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/config"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/stretchr/testify/require"
)

// configured is a service with the settings of an environment, without listeners and jobs.
type configured struct {
	*service
	t       *testing.T
	log     *output
	company string
}

// configure starts a service on the database of the environment, which gets a company.
func configure(t *testing.T, env environ) configured {
	t.Helper()
	company := databaseWithCompany(t, env["DATABASE_URL"])
	cfg, err := config.Serve(env.get)
	require.NoError(t, err)
	log := &output{}
	st, err := program{now: time.Now}.openChecked(t.Context(), cfg.Database, cfg.ReadReplica, logger(log, cfg.Log), checkServing)
	require.NoError(t, err)
	s, err := newService(t.Context(), cfg, st, logger(log, cfg.Log), time.Now, nil)
	require.NoError(t, err)
	t.Cleanup(s.close)
	return configured{s, t, log, company}
}

// claims are those of a good token, with changes.
func (c configured) claims(changes jwt.MapClaims) jwt.MapClaims {
	claims := jwt.MapClaims{"sub": "anna", "name": "Anna", "company_id": c.company, "company_type": "seller", "roles": []string{"Admin"},
		"iss": "https://id.test", "aud": "orderdesk", "iat": time.Now().Unix(), "exp": time.Now().Add(2 * time.Hour).Unix()}
	for name, value := range changes {
		claims[name] = value
		if value == nil {
			delete(claims, name)
		}
	}
	return claims
}

const testSecret = "a secret of a test, which is long enough"

// token returns a token with changed claims.
func (c configured) token(changes jwt.MapClaims) string {
	c.t.Helper()
	text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c.claims(changes)).SignedString([]byte(testSecret))
	require.NoError(c.t, err)
	return text
}

// ask sends a request with headers, which come in pairs.
func (c configured) ask(method, path, token, body string, headers ...string) *httptest.ResponseRecorder {
	c.t.Helper()
	req := httptest.NewRequestWithContext(c.t.Context(), method, path, strings.NewReader(body))
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", uuid.NewString())
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	c.handler.ServeHTTP(answer, req)
	return answer
}

// me returns the status and the caller of a token with changed claims.
func (c configured) me(changes jwt.MapClaims) (int, string) {
	c.t.Helper()
	answer := c.ask("GET", "/v1/me", c.token(changes), "")
	return answer.Code, answer.Body.String()
}

// place places an order and returns its id.
func (c configured) place() string {
	c.t.Helper()
	answer := c.ask("POST", "/v1/orders", c.token(nil), cart)
	id, err := placedID(answer.Code, answer.Body.Bytes())
	require.NoError(c.t, err)
	return id
}

// refusesToken is the effect of a setting that makes this token invalid.
func refusesToken(name, value string, changes jwt.MapClaims) func(*testing.T, environ) {
	return func(t *testing.T, env environ) {
		status, _ := configure(t, env).me(changes)
		require.Equal(t, http.StatusOK, status, "without %s", name)
		status, _ = configure(t, env.with(name, value).with("DATABASE_URL", storetest.SQLite(t))).me(changes)
		require.Equal(t, http.StatusUnauthorized, status)
	}
}

// readsClaim is the effect of a setting that says where a claim is: with it the caller shows the value.
func readsClaim(name, value string, changes jwt.MapClaims, shown string) func(*testing.T, environ) {
	return func(t *testing.T, env environ) {
		_, body := configure(t, env).me(changes)
		require.NotContains(t, body, shown, "without %s", name)
		status, body := configure(t, env.with(name, value).with("DATABASE_URL", storetest.SQLite(t))).me(changes)
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, body, shown)
	}
}

// withKey returns a key, and the service's answer to a token that it signed.
func withKey(t *testing.T, setting func(*ecdsa.PrivateKey) environ, env environ) int {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	env = env.with("JWT_SECRET", "")
	for name, value := range setting(key) {
		env = env.with(name, value)
	}
	c := configure(t, env)
	token := jwt.NewWithClaims(jwt.SigningMethodES256, c.claims(nil))
	token.Header["kid"] = "k1"
	text, err := token.SignedString(key)
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, c.ask("GET", "/v1/me", c.token(nil), "").Code, "signed with the secret")
	return c.ask("GET", "/v1/me", text, "").Code
}

func file(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, content, 0o600))
	return path
}

// sends is the outcome of an e-mail that the settings' sender sends.
func sends(t *testing.T, env environ) email.Outcome {
	t.Helper()
	cfg, err := config.Serve(env.get)
	require.NoError(t, err)
	return sender(cfg.Mail, time.Now).Send(context.Background(), mail.Message{ID: uuid.NewString(), From: "orders@rosefields.example",
		To: []string{"buyer@bloom.example"}, Subject: "Invoice", Text: "Thank you.", HTML: "<p>Thank you.</p>"})
}

func sendGrid(t *testing.T, env environ) (*sendgridtest.Server, environ) {
	t.Helper()
	provider, err := sendgridtest.Start("SG.test", time.Now)
	require.NoError(t, err)
	t.Cleanup(provider.Close)
	return provider, env.with("MAIL_DIR", "").with("SENDGRID_API_KEY", "SG.test").with("SENDGRID_BASE_URL", provider.URL())
}

// listens is the effect of an address to listen on.
func listens(name string, api bool) func(*testing.T, environ) {
	return func(t *testing.T, env environ) {
		l, err := listen(t.Context(), "", "127.0.0.1:0")
		require.NoError(t, err)
		free := l.Addr().String()
		require.NoError(t, l.Close())
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var log output
		code := make(chan int)
		go func() {
			code <- run(ctx, env.with(name, free).get, []string{"serve", "--drain", "0s"}, io.Discard, &log)
		}()
		one, other := addresses(t, &log)
		if !api {
			one = other
		}
		require.Equal(t, "http://"+free, one)
		stop()
		require.Equal(t, exitOK, <-code)
	}
}

// effects is what each setting does, compared with a service without it or with another value.
var effects = map[string]func(t *testing.T, env environ){
	"ADDR":         listens("ADDR", true),
	"METRICS_ADDR": listens("METRICS_ADDR", false),
	"DATABASE_URL": func(t *testing.T, env environ) {
		c := configure(t, env)
		other := configure(t, env.with("DATABASE_URL", storetest.SQLite(t)))
		require.Equal(t, http.StatusForbidden, c.ask("GET", "/v1/settings", other.token(nil), "").Code, "it has the data of its own database alone")
		require.Equal(t, http.StatusOK, other.ask("GET", "/v1/settings", other.token(nil), "").Code)
	},
	// TestTwoProcessesAndAReadReplica shows the effect on PostgreSQL.
	"DATABASE_READ_URL": func(t *testing.T, env environ) {
		code, _, stderr := do(t, env.with("DATABASE_READ_URL", "postgres://db/desk"), "serve")
		require.Equal(t, exitUsage, code)
		require.Contains(t, stderr, "DATABASE_READ_URL is set, and DATABASE_URL is SQLite")
	},
	"JWT_SECRET": refusesToken("JWT_SECRET", "another secret, which is long enough too", nil),
	"JWT_PUBLIC_KEY_FILE": func(t *testing.T, env environ) {
		require.Equal(t, http.StatusOK, withKey(t, func(key *ecdsa.PrivateKey) environ {
			der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
			require.NoError(t, err)
			return environ{"JWT_PUBLIC_KEY_FILE": file(t, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}
		}, env))
	},
	"JWT_JWKS_URL": func(t *testing.T, env environ) {
		require.Equal(t, http.StatusOK, withKey(t, func(key *ecdsa.PrivateKey) environ {
			point, err := key.PublicKey.Bytes()
			require.NoError(t, err)
			part := func(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
			set := fmt.Sprintf(`{"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"k1","x":%q,"y":%q}]}`, part(point[1:33]), part(point[33:]))
			return environ{"JWT_JWKS_URL": "file://" + file(t, []byte(set))}
		}, env))
	},
	"JWT_ISSUER":               refusesToken("JWT_ISSUER", "https://another.test", nil),
	"JWT_AUDIENCE":             refusesToken("JWT_AUDIENCE", "another", nil),
	"JWT_MAX_TTL":              refusesToken("JWT_MAX_TTL", "1h", nil),
	"JWT_CLAIM_ROLES":          readsClaim("JWT_CLAIM_ROLES", "/realm/roles", jwt.MapClaims{"realm": map[string]any{"roles": []string{"Cashier"}}}, "Cashier"),
	"JWT_CLAIM_COMPANY_TYPE":   readsClaim("JWT_CLAIM_COMPANY_TYPE", "/kind", jwt.MapClaims{"company_type": "buyer", "kind": "seller"}, `["Admin"]`),
	"JWT_CLAIM_NAME":           readsClaim("JWT_CLAIM_NAME", "/preferred", jwt.MapClaims{"preferred": "Anna Keller"}, "Anna Keller"),
	"JWT_ROLE_MAP":             readsClaim("JWT_ROLE_MAP", "desk-cash=Cashier", jwt.MapClaims{"roles": []string{"desk-cash"}}, "Cashier"),
	"JWT_DEFAULT_COMPANY_TYPE": readsClaim("JWT_DEFAULT_COMPANY_TYPE", "seller", jwt.MapClaims{"company_type": nil}, `["Admin"]`),
	"JWT_CLAIM_COMPANY": func(t *testing.T, env environ) {
		c := configure(t, env.with("JWT_CLAIM_COMPANY", "/tenant"))
		status, _ := c.me(nil)
		require.NotEqual(t, http.StatusOK, status)
		status, _ = c.me(jwt.MapClaims{"tenant": c.company})
		require.Equal(t, http.StatusOK, status)
	},
	"SENDGRID_API_KEY": func(t *testing.T, env environ) {
		_, env = sendGrid(t, env)
		require.Equal(t, email.CauseAccepted, sends(t, env).Cause)
		require.Equal(t, email.CauseUnauthorized, sends(t, env.with("SENDGRID_API_KEY", "SG.another")).Cause)
	},
	"SENDGRID_BASE_URL": func(t *testing.T, env environ) {
		first, env := sendGrid(t, env)
		second, _ := sendGrid(t, env)
		require.Equal(t, email.CauseAccepted, sends(t, env.with("SENDGRID_BASE_URL", second.URL())).Cause)
		require.Equal(t, []int{0, 1}, []int{first.Requests(), second.Requests()})
	},
	"SENDGRID_WEBHOOK_PUBLIC_KEY": func(t *testing.T, env environ) {
		provider, _ := sendGrid(t, env)
		body := []byte("[]")
		hook := func(env environ) int {
			var headers []string
			for name, values := range provider.Sign(fmt.Sprint(time.Now().Unix()), body) {
				headers = append(headers, name, values[0])
			}
			return configure(t, env).ask("POST", "/v1/hooks/sendgrid", "", string(body), headers...).Code
		}
		require.Equal(t, http.StatusUnauthorized, hook(env))
		require.Equal(t, http.StatusNoContent, hook(env.with("DATABASE_URL", storetest.SQLite(t)).with("SENDGRID_WEBHOOK_PUBLIC_KEY", provider.PublicKey())))
	},
	"MAIL_DIR": func(t *testing.T, env environ) {
		dir := filepath.Join(t.TempDir(), "elsewhere")
		require.Equal(t, email.CauseAccepted, sends(t, env.with("MAIL_DIR", dir)).Cause)
		written, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, written, 1)
	},
	"MAIL_FROM": func(t *testing.T, env environ) {
		c := configure(t, env.with("MAIL_FROM", "desk@another.example"))
		require.Equal(t, http.StatusOK, c.ask("POST", "/v1/orders/"+c.place()+"/confirm", c.token(nil), "{}").Code)
		posted, err := c.desk.Post(t.Context())
		require.NoError(t, err)
		require.True(t, posted.Sent)
		written, err := filepath.Glob(filepath.Join(env["MAIL_DIR"], "*.eml"))
		require.NoError(t, err)
		require.Len(t, written, 1)
		text, err := os.ReadFile(written[0])
		require.NoError(t, err)
		require.Contains(t, string(text), "desk@another.example")
	},
	"WEBHOOK_KEY": func(t *testing.T, env environ) {
		const body = `{"url":"https://erp.example/orderdesk"}`
		c := configure(t, env)
		require.Equal(t, http.StatusServiceUnavailable, c.ask("POST", "/v1/webhook-endpoints", c.token(nil), body).Code)
		c = configure(t, env.with("DATABASE_URL", storetest.SQLite(t)).with("WEBHOOK_KEY", strings.Repeat("0f", 32)))
		answer := c.ask("POST", "/v1/webhook-endpoints", c.token(nil), body)
		require.Equal(t, http.StatusCreated, answer.Code)
		require.Contains(t, answer.Body.String(), `"secret":"whsec_`)
	},
	"WEBHOOK_ALLOWED_NETWORKS": func(t *testing.T, env environ) {
		env = env.with("WEBHOOK_KEY", strings.Repeat("0f", 32))
		const body = `{"url":"http://10.1.2.3/orderdesk"}`
		c := configure(t, env)
		require.Equal(t, http.StatusUnprocessableEntity, c.ask("POST", "/v1/webhook-endpoints", c.token(nil), body).Code)
		c = configure(t, env.with("DATABASE_URL", storetest.SQLite(t)).with("WEBHOOK_ALLOWED_NETWORKS", "10.1.0.0/16"))
		require.Equal(t, http.StatusCreated, c.ask("POST", "/v1/webhook-endpoints", c.token(nil), body).Code)
	},
	"CORS_ORIGINS": func(t *testing.T, env environ) {
		origin := func(env environ) string {
			return configure(t, env).ask("GET", "/v1/errors", "", "", "Origin", "https://app.example").Header().Get("Access-Control-Allow-Origin")
		}
		require.Empty(t, origin(env))
		require.Equal(t, "https://app.example", origin(env.with("DATABASE_URL", storetest.SQLite(t)).with("CORS_ORIGINS", "https://app.example")))
	},
	"CONSOLE": func(t *testing.T, env environ) {
		require.Equal(t, http.StatusNotFound, configure(t, env).ask("GET", "/console/", "", "").Code)
		require.Equal(t, http.StatusOK, configure(t, env.with("DATABASE_URL", storetest.SQLite(t)).with("CONSOLE", "on")).ask("GET", "/console/", "", "").Code)
	},
	"PUBLIC_URL": func(t *testing.T, env environ) {
		c := configure(t, env.with("PUBLIC_URL", "https://orders.example"))
		c.place()
		c.place()
		require.Contains(t, c.ask("GET", "/v1/orders?limit=1", c.token(nil), "").Header().Get("Link"), "<https://orders.example/v1/orders?")
	},
	"TRUSTED_PROXIES": func(t *testing.T, env environ) {
		second := func(env environ) int { // of two requests that are not of the same client, if the proxy is believed
			c := configure(t, env.with("RATE_LIMIT_ADDRESS", "1"))
			require.Equal(t, http.StatusOK, c.ask("GET", "/v1/errors", "", "", "X-Forwarded-For", "198.51.100.1").Code)
			return c.ask("GET", "/v1/errors", "", "", "X-Forwarded-For", "198.51.100.2").Code
		}
		require.Equal(t, http.StatusTooManyRequests, second(env))
		require.Equal(t, http.StatusOK, second(env.with("DATABASE_URL", storetest.SQLite(t)).with("TRUSTED_PROXIES", "192.0.2.0/24")), "httptest's client")
	},
	"RATE_LIMIT": func(t *testing.T, env environ) {
		c := configure(t, env.with("RATE_LIMIT", "1"))
		first, _ := c.me(nil)
		second, _ := c.me(nil)
		require.Equal(t, []int{http.StatusOK, http.StatusTooManyRequests}, []int{first, second})
	},
	"RATE_LIMIT_ADDRESS": func(t *testing.T, env environ) {
		c := configure(t, env.with("RATE_LIMIT_ADDRESS", "1"))
		first, second := c.ask("GET", "/v1/me", "nonsense", "").Code, c.ask("GET", "/v1/me", "nonsense", "").Code
		require.Equal(t, []int{http.StatusUnauthorized, http.StatusTooManyRequests}, []int{first, second})
	},
	"IDEMPOTENCY_TTL": func(t *testing.T, env environ) {
		c := configure(t, env.with("IDEMPOTENCY_TTL", "48h"))
		c.place()
		purged := func(after time.Duration) int64 {
			n, err := c.store.System().PurgeKeys(t.Context(), time.Now().Add(after), 100)
			require.NoError(t, err)
			return n
		}
		require.Equal(t, []int64{0, 1}, []int64{purged(47 * time.Hour), purged(49 * time.Hour)})
	},
	"LOG_LEVEL": func(t *testing.T, env environ) {
		c := configure(t, env)
		c.ask("GET", "/livez", "", "")
		require.NotContains(t, c.log.String(), "/livez")
		c = configure(t, env.with("DATABASE_URL", storetest.SQLite(t)).with("LOG_LEVEL", "debug"))
		c.ask("GET", "/livez", "", "")
		require.Contains(t, c.log.String(), "/livez")
	},
	"LOG_FORMAT": func(t *testing.T, env environ) {
		for format, is := range map[string]bool{"json": true, "text": false} {
			c := configure(t, env.with("DATABASE_URL", storetest.SQLite(t)).with("LOG_FORMAT", format))
			c.ask("GET", "/v1/errors", "", "")
			line, _, _ := bytes.Cut([]byte(c.log.String()), []byte("\n"))
			require.Equal(t, is, json.Valid(line), "%s: %s", format, line)
		}
	},
}

// No setting loses silently: each that is documented has the effect that its test here shows.
func TestEverySettingHasAnEffect(t *testing.T) {
	documented := map[string]bool{}
	for _, v := range config.Variables() {
		documented[v.Name] = true
		require.Contains(t, effects, v.Name, "a new setting: show its effect here")
	}
	for name, effect := range effects {
		require.True(t, documented[name], name)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			effect(t, serving(t, storetest.SQLite(t)))
		})
	}
}
