package web

import (
	"mime"
	"slices"
	"strconv"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Accept is the media type in the route's Produces that the caller prefers (RFC 9110, 12.5.1). Without a preference it is the
// first. If none is acceptable, the error is not_acceptable.
func Accept(c Request) (string, error) {
	route := exchangeOf(c).route
	offers := route.media()
	if len(offers) > 1 && !slices.Contains(c.Response().Header().Values("Vary"), "Accept") {
		c.Response().Header().Add("Vary", "Accept")
	}
	wanted := parseWeighted(c.Request().Header.Values("Accept"))
	if len(wanted) == 0 {
		return offers[0], nil
	}
	best, most := "", 0.0
	for _, offer := range offers {
		if q := rangeQuality(wanted, offer); q > most {
			best, most = offer, q
		}
	}
	if best == "" {
		detail := "The operation answers " + strings.Join(offers, " or ") + "."
		if other := route.alternate; other != nil {
			detail += " For " + strings.Join(other.media(), " or ") + " call " + other.Method + " " + other.Path + "."
		}
		return "", fault.New(fault.NotAcceptableFormat, "%s", detail)
	}
	return best, nil
}

// acceptable reports whether Accept allows the media type.
func acceptable(c Request, media string) bool {
	wanted := parseWeighted(c.Request().Header.Values("Accept"))
	return len(wanted) == 0 || rangeQuality(wanted, media) > 0
}

// rangeQuality is the quality of the most specific range that matches the media type.
func rangeQuality(wanted []preference, media string) float64 {
	if media == "*/*" {
		return 1 // a page or a file in its own format, whatever the caller prefers
	}
	major, _, _ := strings.Cut(media, "/")
	for _, candidate := range []string{media, major + "/*", "*/*"} {
		for _, w := range wanted {
			if kind, _, err := mime.ParseMediaType(w.value); err == nil && kind == candidate {
				return w.q
			}
		}
	}
	return 0
}

// preference is one item of a list with q-values.
type preference struct {
	value string
	q     float64
}

// parseWeighted reads a list such as "text/html, */*;q=0.8". An item with an invalid weight is left out.
func parseWeighted(headers []string) []preference {
	var all []preference
	for _, item := range strings.Split(strings.Join(headers, ","), ",") {
		value, params, _ := strings.Cut(item, ";")
		one := preference{value: strings.TrimSpace(value), q: 1}
		valid := one.value != ""
		for _, param := range strings.Split(params, ";") {
			name, text, _ := strings.Cut(strings.TrimSpace(param), "=")
			if !strings.EqualFold(name, "q") {
				continue
			}
			q, err := strconv.ParseFloat(text, 64)
			one.q, valid = q, valid && err == nil && q >= 0 && q <= 1
		}
		if valid {
			all = append(all, one)
		}
	}
	return all
}
