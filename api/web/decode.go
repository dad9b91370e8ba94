package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"reflect"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// errLateBody means that the server stopped waiting for a body.
var errLateBody = errors.New("the body did not arrive in time")

// maxBody is the maximum size of a body in bytes.
const maxBody = 1 << 20

// Decode reads the body into the struct that into points to, by the rules of its tags (see strictjson.Rule). If the body cannot be
// read, the error is the first fault, with status 400, 413 or 415. A member that breaks a rule keeps its zero value. BodyFaults
// has these faults, so that the use case reports them together with those of its own rules.
//
// The struct is the Body of the route. If the route has BodyOptional, a missing body is the same as {}, and so are spaces and line
// ends alone.
func Decode(c Request, into any) error {
	raw, err := readJSON(c)
	if err != nil {
		return err
	}
	call := exchangeOf(c)
	if named := reflect.TypeOf(call.route.Body); named != nil && named != reflect.TypeOf(into).Elem() {
		return fmt.Errorf("%s reads %T, and its route names %s", call.route.Operation, into, named)
	}
	if call.route.BodyOptional && len(bytes.Trim(raw, " \t\r\n")) == 0 {
		raw = []byte("{}")
	}
	body, err := call.reader.Read(raw, into)
	if err != nil {
		return err
	}
	call.canonical, call.faults, call.read = body.Canonical, body.Faults, true
	return nil
}

// readJSON reads the body if the headers say that it is JSON.
func readJSON(c Request) ([]byte, error) {
	header := c.Request().Header
	if coding := header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return nil, fault.New(fault.MediaTypeUnsupported, "Send the body without Content-Encoding.")
	}
	types := header.Values("Content-Type")
	if why := notJSON(types, c.Request().Method); why != "" {
		return nil, fault.New(fault.MediaTypeUnsupported, "%s", why)
	}
	raw, err := ReadBody(c)
	if err == nil && len(raw) > 0 && len(types) == 0 {
		err = fault.New(fault.MediaTypeUnsupported, "The body has no Content-Type. %s", fault.MediaTypeUnsupported.Entry().Fix)
	}
	return raw, err
}

// notJSON says what is wrong with the Content-Type of a body, or is empty if it says JSON or there is none.
func notJSON(types []string, method string) string {
	if len(types) == 0 {
		return ""
	}
	kind, params, err := mime.ParseMediaType(types[0])
	if err != nil || len(types) > 1 || kind != MediaJSON && (kind != mediaMergePatch || method != http.MethodPatch) {
		return fault.MediaTypeUnsupported.Entry().Fix
	}
	for name, value := range params {
		if name != "charset" || !isUTF8(value) {
			return "The body must be JSON in UTF-8, and Content-Type has the parameter " + name + "=" + strictjson.Quote(value) + ". Leave it out."
		}
	}
	return ""
}

// isUTF8 reports whether a charset is UTF-8, which many programs write without the hyphen, or its part US-ASCII.
func isUTF8(charset string) bool {
	switch strings.ToLower(charset) {
	case "utf-8", "utf8", "us-ascii":
		return true
	}
	return false
}

// ReadBody reads at most maxBody bytes.
func ReadBody(c Request) ([]byte, error) {
	tooLarge := func() error {
		c.Response().Header().Set("Connection", "close") // the rest is not read
		return fault.New(fault.BodyTooLarge, "The body is larger than %d bytes.", maxBody)
	}
	length := c.Request().ContentLength
	if length > maxBody {
		return nil, tooLarge()
	}
	const most = 64 << 10                                 // Content-Length may be wrong, so it alone reserves no more memory than this
	raw := make([]byte, 0, min(max(length, 511)+1, most)) // one more byte, to see the end without growing
	for {
		n, err := c.Request().Body.Read(raw[len(raw):cap(raw)])
		if raw = raw[:len(raw)+n]; len(raw) > maxBody {
			return nil, tooLarge()
		}
		switch {
		case errors.Is(err, io.EOF):
			return raw, nil
		case errors.Is(err, os.ErrDeadlineExceeded): // the server's ReadTimeout
			c.Response().Header().Set("Connection", "close")
			return nil, fault.New(fault.JSONMalformed, "The body did not arrive in time: %d bytes came.", len(raw)).Because(fmt.Errorf("%w: %w", errLateBody, err))
		case err != nil:
			return nil, fault.New(fault.JSONMalformed, "The body ended early, after %d bytes.", len(raw)).Because(err)
		case len(raw) == cap(raw):
			raw = append(raw, 0)[:len(raw)]
		}
	}
}
