package auth

import (
	"strings"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Bearer returns the token of a request's Authorization headers (RFC 6750, section 2.1). It returns [fault.TokenMissing] if
// there is no header or it has another scheme, and [fault.HeaderInvalid] if there are two: a proxy may have used the other.
func Bearer(headers []string) (string, error) {
	switch len(headers) {
	case 0:
		return "", fault.New(fault.TokenMissing, "This operation needs a token. Send the header Authorization with the word Bearer, a space and the token.")
	case 1:
	default:
		return "", fault.New(fault.HeaderInvalid, "The request has %d Authorization headers. Send only one.", len(headers))
	}
	scheme, rest, _ := strings.Cut(strings.TrimSpace(headers[0]), " ")
	token := strings.TrimLeft(rest, " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", fault.New(fault.TokenMissing, "The Authorization header has no bearer token. Send the word Bearer, a space and the token.")
	}
	return token, nil
}
