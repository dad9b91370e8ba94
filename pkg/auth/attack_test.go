package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// refuse checks that the verifier refuses the token with the same answer as all others: the answer must not tell an
// attacker which checks passed.
func refuse(t *testing.T, v *auth.Verifier, token string) {
	t.Helper()
	actor, err := v.Verify(token)
	require.Error(t, err)
	require.Equal(t, auth.Actor{}, actor)
	f := fault.Of(err)
	require.Equal(t, fault.TokenInvalid, f.Code, err)
	require.Equal(t, "The token is not valid for this service, or has expired. Get a new one.", f.Detail)
	require.Empty(t, f.Fields)
	require.Empty(t, f.Members)
	require.Error(t, errors.Unwrap(f), "the log needs the reason")
}

// Bad claims are refused although the signature is valid.
func TestVerifyRefusesClaims(t *testing.T) {
	v := verifier(t, auth.Settings{Secret: []byte(secret)})
	_, err := v.Verify(hs256(t, good()))
	require.NoError(t, err)

	at := func(d time.Duration) int64 { return noon.Add(d).Unix() }
	// Claims as text, since a map cannot have duplicate members. company_id and exp are missing.
	const most = `{"iss":"https://id.example","aud":"orderdesk","sub":"u","company_type":"seller","roles":["Admin"],`
	const exp, id = `"exp":4102444800`, `"company_id":"` + company + `"`
	_, err = v.Verify(hs256(t, most+exp+","+id+"}"))
	require.NoError(t, err)
	cases := map[string]any{
		"no exp":                    without("exp"),
		"exp null":                  good(members{"exp": nil}),
		"exp now":                   good(members{"exp": at(0)}),
		"exp a second ago":          good(members{"exp": at(-time.Second)}),
		"exp in quotes":             good(members{"exp": "4102444800"}),
		"exp beyond the calendar":   good(members{"exp": 1e15}),
		"exp not finite":            most + id + `,"exp":1e999}`,
		"exp negative":              good(members{"exp": -1}),
		"nbf ahead":                 good(members{"nbf": at(61 * time.Second)}),
		"nbf in quotes":             good(members{"nbf": "1"}),
		"iat ahead":                 good(members{"iat": at(61 * time.Second)}),
		"iat before 1970":           good(members{"iat": -1}),
		"iat a boolean":             good(members{"iat": true}),
		"no iss":                    without("iss"),
		"wrong iss":                 good(members{"iss": issuer + "/"}),
		"iss a list":                good(members{"iss": []string{issuer}}),
		"no aud":                    without("aud"),
		"wrong aud":                 good(members{"aud": "warehouse"}),
		"aud a list without us":     good(members{"aud": []string{"warehouse", "orderdesk2"}}),
		"aud an empty list":         good(members{"aud": []string{}}),
		"aud a list with a number":  good(members{"aud": []any{audience, 1}}),
		"aud a list with null":      good(members{"aud": []any{audience, nil}}),
		"aud an object":             good(members{"aud": members{audience: true}}),
		"no sub":                    without("sub"),
		"sub empty":                 good(members{"sub": ""}),
		"sub blank":                 good(members{"sub": "  "}),
		"sub a number":              good(members{"sub": 7}),
		"sub too long":              good(members{"sub": strings.Repeat("s", 256)}),
		"sub with NUL":              good(members{"sub": "user\x00"}),
		"sub of the service":        good(members{"sub": "system"}),
		"name with a line break":    good(members{"name": "Ana\nlevel=ERROR"}),
		"name a list":               good(members{"name": []string{"Ana"}}),
		"email a number":            good(members{"email": 1}),
		"no company_id":             without("company_id"),
		"company_id null":           good(members{"company_id": nil}),
		"company_id empty":          good(members{"company_id": ""}),
		"company_id no UUID":        good(members{"company_id": "1"}),
		"company_id in braces":      good(members{"company_id": "{" + company + "}"}),
		"company_id a URN":          good(members{"company_id": "urn:uuid:" + company}),
		"company_id without dashes": good(members{"company_id": strings.ReplaceAll(company, "-", "")}),
		"company_id a list":         good(members{"company_id": []string{company}}),
		"Company_ID instead":        most + exp + `,"Company_ID":"` + company + `"}`,
		"company_id twice":          most + exp + "," + id + "," + id + "}",
		"an unread claim twice":     most + exp + "," + id + `,"x":1,"x":1}`,
		"roles a string":            good(members{"roles": "Admin"}),
		"roles a number":            good(members{"roles": 1}),
		"roles a nested list":       good(members{"roles": [][]string{{"Admin"}}}),
		"roles an object":           good(members{"roles": members{"Admin": true}}),
		"roles with null":           good(members{"roles": []any{"Admin", nil}}),
		"role a list":               good(members{"role": []string{"Admin"}}),
		"company_type a list":       good(members{"company_type": []string{"seller"}}),
		"claims null":               `null`,
		"claims a list":             `[]`,
		"claims no JSON":            `{`,
		"data after the claims":     most + exp + "," + id + "} {}",
		"a broken member behind":    most + exp + "," + id + `,"x":`,

		"claims empty": ``,
	}
	mapped := verifier(t, auth.Settings{Secret: []byte(secret), Claims: elsewhere})
	_, err = mapped.Verify(hs256(t, moved(good())))
	require.NoError(t, err)
	for name, claims := range cases {
		t.Run(name, func(t *testing.T) { refuse(t, v, hs256(t, claims)) })
		t.Run(name+", mapped", func(t *testing.T) {
			if m, ok := claims.(members); ok {
				claims = moved(m)
			}
			refuse(t, mapped, hs256(t, claims))
		})
	}
}

// Bad headers are refused although the signature is valid.
func TestVerifyRefusesHeaders(t *testing.T) {
	var requests atomic.Int32
	listener := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	t.Cleanup(listener.Close)

	v := verifier(t, auth.Settings{Secret: []byte(secret)})
	cases := map[string]any{
		"crit":              members{"alg": "HS256", "crit": []string{"exp"}},
		"crit null":         `{"alg":"HS256","crit":null}`,
		"crit and b64":      members{"alg": "HS256", "crit": []string{"b64"}, "b64": false},
		"jku":               members{"alg": "HS256", "jku": listener.URL},
		"x5u":               members{"alg": "HS256", "x5u": listener.URL},
		"x5c":               members{"alg": "HS256", "x5c": []string{"MIIB"}},
		"embedded jwk":      members{"alg": "HS256", "jwk": members{"kty": "oct", "k": "AAAA"}},
		"typ of another":    members{"alg": "HS256", "typ": "dpop+jwt"},
		"typ a logout":      members{"alg": "HS256", "typ": "logout+jwt"},
		"typ empty":         members{"alg": "HS256", "typ": ""},
		"typ a number":      members{"alg": "HS256", "typ": 1},
		"kid a number":      members{"alg": "HS256", "kid": 1},
		"kid a list":        members{"alg": "HS256", "kid": []string{"a"}},
		"no alg":            members{"typ": "JWT"},
		"alg empty":         members{"alg": ""},
		"alg a list":        members{"alg": []string{"HS256"}},
		"alg unknown":       members{"alg": "HS257"},
		"alg in lower case": members{"alg": "hs256"},
		"header a list":     `["HS256"]`,
		"header null":       `null`,
		"header no JSON":    `{"alg":`,
	}
	for name, header := range cases {
		t.Run(name, func(t *testing.T) {
			refuse(t, v, forge(t, header, good(), jwt.SigningMethodHS256, []byte(secret)))
		})
	}
	require.Zero(t, requests.Load(), "the verifier must not call a server that a token names")
}

// Signatures by other keys or algorithms are refused.
func TestVerifyRefusesSignatures(t *testing.T) {
	rsaPrivate, other, ec := rsaKey(t, 2048), rsaKey(t, 2048), ecKey(t, elliptic.P256())
	rsaPEM, ecPEM := publicPEM(t, rsaPrivate), publicPEM(t, ec)
	block, _ := pem.Decode(rsaPEM)
	byHMAC := verifier(t, auth.Settings{Secret: []byte(secret)})
	byRSA := verifier(t, auth.Settings{PublicKey: rsaPEM})
	byEC := verifier(t, auth.Settings{PublicKey: ecPEM})

	sign := func(method jwt.SigningMethod, key any) string {
		return forge(t, members{"alg": method.Alg(), "typ": "JWT"}, good(), method, key)
	}
	unsigned := func(alg string) string {
		return segment(t, members{"alg": alg}) + "." + segment(t, good()) + "."
	}
	zero := base64.RawURLEncoding.EncodeToString(make([]byte, 64))
	ecHead, _ := cutSignature(sign(jwt.SigningMethodES256, ec))

	for _, good := range []struct {
		v     *auth.Verifier
		token string
	}{
		{byHMAC, sign(jwt.SigningMethodHS256, []byte(secret))},
		{byRSA, sign(jwt.SigningMethodRS256, rsaPrivate)},
		{byEC, sign(jwt.SigningMethodES256, ec)},
	} {
		_, err := good.v.Verify(good.token)
		require.NoError(t, err)
	}

	cases := map[string]struct {
		v     *auth.Verifier
		token string
	}{
		"none":                          {byHMAC, unsigned("none")},
		"None":                          {byHMAC, unsigned("None")},
		"NONE":                          {byRSA, unsigned("NONE")},
		"none for ES256":                {byEC, unsigned("none")},
		"another secret":                {byHMAC, sign(jwt.SigningMethodHS256, []byte(secret+"x"))},
		"an empty secret":               {byHMAC, sign(jwt.SigningMethodHS256, []byte{})},
		"HS384 with the secret":         {byHMAC, sign(jwt.SigningMethodHS384, []byte(secret))},
		"HS512 with the secret":         {byHMAC, sign(jwt.SigningMethodHS512, []byte(secret))},
		"RS256 for a secret":            {byHMAC, sign(jwt.SigningMethodRS256, rsaPrivate)},
		"HS256 with the public PEM":     {byRSA, sign(jwt.SigningMethodHS256, rsaPEM)},
		"HS256 with the public DER":     {byRSA, sign(jwt.SigningMethodHS256, block.Bytes)},
		"HS256 with the elliptic PEM":   {byEC, sign(jwt.SigningMethodHS256, ecPEM)},
		"PS256 with the RSA key":        {byRSA, sign(jwt.SigningMethodPS256, rsaPrivate)},
		"RS384 with the RSA key":        {byRSA, sign(jwt.SigningMethodRS384, rsaPrivate)},
		"RS512 with the RSA key":        {byRSA, sign(jwt.SigningMethodRS512, rsaPrivate)},
		"another RSA key":               {byRSA, sign(jwt.SigningMethodRS256, other)},
		"ES256 for an RSA key":          {byRSA, sign(jwt.SigningMethodES256, ec)},
		"RS256 for an elliptic key":     {byEC, sign(jwt.SigningMethodRS256, rsaPrivate)},
		"another elliptic key":          {byEC, sign(jwt.SigningMethodES256, ecKey(t, elliptic.P256()))},
		"ES256 with r = s = 0":          {byEC, ecHead + "." + zero},
		"ES256 without a signature":     {byEC, ecHead + "."},
		"ES256 with an ASN.1 signature": {byEC, ecHead + "." + asn1Signature(t, ec, ecHead)},
		"ES384 named, ES256 signed":     {byEC, forge(t, members{"alg": "ES384"}, good(), jwt.SigningMethodES256, ec)},
		"the signature of other claims": {byHMAC, segment(t, members{"alg": "HS256"}) + "." + segment(t, good(members{"roles": []string{"Admin"}})) + "." + signatureOf(hs256(t, good()))},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { refuse(t, c.v, c.token) })
	}
}

// Texts that are not a compact JWS are refused although their content is valid.
func TestVerifyRefusesShapes(t *testing.T) {
	v := verifier(t, auth.Settings{Secret: []byte(secret)})
	token := hs256(t, good())
	head, signature := cutSignature(token)
	padded := strings.Repeat("=", (4-len(signature)%4)%4)
	require.NotEmpty(t, padded)
	cases := map[string]string{
		"nothing":               "",
		"one dot":               "a.b",
		"a trailing dot":        token + ".",
		"a leading dot":         "." + token,
		"four parts":            token + ".x",
		"five parts, a JWE":     "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..aXY.Y2lwaGVy.dGFn",
		"two tokens":            token + ", " + token,
		"padded base64":         token + padded,
		"loose trailing bits":   head + "." + looseEnd(signature),
		"a line break inside":   head + ".\n" + signature,
		"a line break behind":   token + "\r\n",
		"a space behind":        token + " ",
		"standard base64":       head + "." + strings.Repeat("+/", 21) + "A",
		"the signature cut off": head + ".",
		"a character of UTF-8":  token + "é",
		"one byte too long":     hs256(t, good(members{"x": strings.Repeat("x", auth.MaxTokenBytes)})),
	}
	for name, bad := range cases {
		t.Run(name, func(t *testing.T) { refuse(t, v, bad) })
	}
	t.Run("a megabyte is refused without work", func(t *testing.T) {
		huge := strings.Repeat("A", 1<<20)
		refuse(t, v, huge)
		require.Less(t, testing.AllocsPerRun(10, func() { _, _ = v.Verify(huge) }), 10.0)
	})
}

func cutSignature(token string) (head, signature string) {
	i := strings.LastIndex(token, ".")
	return token[:i], token[i+1:]
}

func signatureOf(token string) string {
	_, s := cutSignature(token)
	return s
}

// looseEnd encodes the same bytes with a last character whose unused bits are not zero.
func looseEnd(s string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return s[:len(s)-1] + string(alphabet[strings.IndexByte(alphabet, s[len(s)-1])+1])
}

func asn1Signature(t *testing.T, k *ecdsa.PrivateKey, text string) string {
	t.Helper()
	h := jwt.SigningMethodES256.Hash.New()
	h.Write([]byte(text))
	der, err := k.Sign(nil, h.Sum(nil), jwt.SigningMethodES256.Hash)
	require.NoError(t, err)
	return base64.RawURLEncoding.EncodeToString(der)
}
