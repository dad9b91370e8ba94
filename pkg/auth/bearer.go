package auth

import (
	"strings"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Bearer is the token in the values of a request's Authorization header (RFC 6750, section 2.1). No header, or one of
// another scheme, is [fault.TokenMissing]; two headers are [fault.HeaderInvalid], since a proxy may have read the other.
func Bearer(headers []string) (string, error) {
	switch len(headers) {
	case 0:
		return "", fault.New(fault.TokenMissing, "This operation needs a token: send Authorization: Bearer followed by it.")
	case 1:
	default:
		return "", fault.New(fault.HeaderInvalid, "The request has %d Authorization headers; send one.", len(headers))
	}
	scheme, rest, _ := strings.Cut(strings.TrimSpace(headers[0]), " ")
	token := strings.TrimLeft(rest, " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", fault.New(fault.TokenMissing, "The Authorization header holds no bearer token: write Bearer, a space and the token.")
	}
	return token, nil
}
