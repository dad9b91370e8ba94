package web

import (
	"strings"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// The Idempotency-Key header, as parseKey takes it: a bare token, or a quoted string in which a quote and a backslash are escaped
// by a backslash.
const (
	KeyPattern       = `^([\x21\x23-\x2B\x2D-\x7E]{1,255}|"([\x21\x23-\x5B\x5D-\x7E]|\\["\\]){1,255}")$`
	LongestKeyHeader = 2*longestKey + len(`""`)
	longestKey       = 255
)

// parseKey reads the Idempotency-Key header: a bare token, as Stripe accepts it, or the quoted string of
// draft-ietf-httpapi-idempotency-key-header-07; both name the same key. No header is no key.
func parseKey(headers []string) (string, error) {
	if len(headers) == 0 {
		return "", nil
	}
	if len(headers) > 1 {
		return "", fault.New(fault.IdempotencyKeyInvalid, "Idempotency-Key is given %d times; give it once.", len(headers))
	}
	key := strings.Trim(headers[0], " \t")
	quoted := strings.HasPrefix(key, `"`)
	if quoted {
		if key = unquote(key); key == "" {
			return "", fault.New(fault.IdempotencyKeyInvalid, "The quoted Idempotency-Key is empty or does not end.")
		}
	}
	if len(key) < 1 || len(key) > longestKey {
		return "", fault.New(fault.IdempotencyKeyInvalid, "Idempotency-Key has 1 to %d characters; this one has %d.", longestKey, len(key))
	}
	for _, b := range []byte(key) {
		if b <= ' ' || b > '~' || !quoted && (b == ',' || b == '"') {
			return "", fault.New(fault.IdempotencyKeyInvalid, "Idempotency-Key is one key of visible ASCII characters, such as a UUID.")
		}
	}
	return key, nil
}

// unquote is the text of a structured field's string (RFC 9651), or empty if it is not one.
func unquote(s string) string {
	var out strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"' && i == len(s)-1:
			return out.String()
		case s[i] == '"':
			return ""
		case s[i] == '\\':
			if i++; i == len(s) || s[i] != '"' && s[i] != '\\' {
				return ""
			}
		}
		out.WriteByte(s[i])
	}
	return ""
}
