package web

import (
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"net/url"
	"strings"
)

// Fingerprint is equal for two requests that mean the same: method, route, path parameters, query without
// dry_run, body and If-Match, each in canonical form. It distinguishes a retry from another request with the same
// key. It panics if there is a body that was not decoded.
func Fingerprint(c Request) [32]byte {
	call := exchangeOf(c)
	if !call.read && c.Request().Body != http.NoBody {
		panic("web: fingerprint before decode")
	}
	var all []byte
	add := func(part string) {
		all = binary.AppendUvarint(all, uint64(len(part))) // the lengths separate the parts
		all = append(all, part...)
	}
	add(c.Request().Method)
	add(call.route.Path)
	for i, name := range c.ParamNames() {
		add(name)
		add(strings.ToLower(c.ParamValues()[i]))
	}
	add(canonicalQuery(c.Request().URL.Query()))
	add(strings.Join(c.Request().Header.Values("If-Match"), ","))
	if only := c.Request().Header.Get("If-None-Match"); only != "" {
		add("If-None-Match: " + only)
	}
	body := call.canonical
	if body == nil {
		body = []byte("{}") // a missing body is the same as an empty one
	}
	add(string(body))
	return sha256.Sum256(all)
}

func canonicalQuery(values url.Values) string {
	values.Del("dry_run")
	return values.Encode() // sorted by name
}
