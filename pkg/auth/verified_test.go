package auth_test

import (
	"crypto/elliptic"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/auth"
)

// A token that was verified before is refused as a new one is: before its time and after it.
func TestRememberedTokensHaveTheirTime(t *testing.T) {
	key, c := ecKey(t, elliptic.P256()), &movingClock{}
	v, err := auth.NewVerifier(t.Context(), auth.Settings{PublicKey: publicPEM(t, key), Issuer: issuer, Audience: audience}, c.now, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	token := forge(t, members{"alg": "ES256"}, good(), jwt.SigningMethodES256, key)
	accepted := func() bool { _, err := v.Verify(token); return err == nil }
	for range 3 {
		require.True(t, accepted())
	}
	c.advance(-2 * time.Minute)
	require.False(t, accepted(), "it was issued two minutes later")
	c.advance(2*time.Minute + time.Hour - time.Second)
	require.True(t, accepted())
	c.advance(time.Second)
	require.False(t, accepted(), "its time is over")
	c.advance(-30 * time.Minute)
	require.True(t, accepted())
}

// A key that is replaced under its id is soon refused, also for tokens that were verified before, and if the clock was set back.
func TestRememberedTokensNeedTheirKey(t *testing.T) {
	for name, passes := range map[string]time.Duration{"later": 6 * time.Minute, "set back": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			first, second := ecKey(t, elliptic.P256()), ecKey(t, elliptic.P256())
			idp := newProvider(t, jwk("2026", first))
			v, c := jwksVerifier(t, idp.URL)
			token := forge(t, members{"alg": "ES256", "kid": "2026"}, good(members{"iat": noon.Add(-2 * time.Hour).Unix()}), jwt.SigningMethodES256, first)
			_, err := v.Verify(token)
			require.NoError(t, err)
			idp.set(func() { idp.keys = []members{jwk("2026", second)} })
			c.advance(passes)
			require.Eventually(t, func() bool { _, err := v.Verify(token); return err != nil }, 2*time.Second, 5*time.Millisecond, "the replaced key still works")
		})
	}
}

// With more tokens than are remembered, each is still its own caller's.
func TestManyTokensAreRemembered(t *testing.T) {
	secret := []byte("0123456789abcdef0123456789abcdef")
	v, err := auth.NewVerifier(t.Context(), auth.Settings{Secret: secret, Issuer: issuer, Audience: audience}, clock, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	token := func(n int) string {
		return forge(t, members{"alg": "HS256"}, good(members{"sub": fmt.Sprint("user-", n)}), jwt.SigningMethodHS256, secret)
	}
	for round := range 2 {
		for n := range 2500 { // more than are remembered
			who, err := v.Verify(token(n))
			require.NoError(t, err)
			require.Equal(t, fmt.Sprint("user-", n), who.Subject, "round %d", round)
		}
	}
	other := forge(t, members{"alg": "HS256"}, good(members{"sub": "user-7"}), jwt.SigningMethodHS256, []byte("another secret with 32 bytes or more"))
	refuse(t, v, other)
}

func BenchmarkVerify(b *testing.B) {
	t := &testing.T{}
	key := ecKey(t, elliptic.P256())
	for name, tokens := range map[string]int{"again": 1, "first": 5000} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			v, err := auth.NewVerifier(b.Context(), auth.Settings{PublicKey: publicPEM(t, key), Issuer: issuer, Audience: audience}, clock, slog.New(slog.DiscardHandler))
			require.NoError(b, err)
			made := make([]string, tokens)
			for i := range made {
				made[i] = forge(t, members{"alg": "ES256"}, good(members{"sub": fmt.Sprint("user-", i)}), jwt.SigningMethodES256, key)
			}
			n := 0
			for b.Loop() {
				n++
				if _, err := v.Verify(made[n%len(made)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
