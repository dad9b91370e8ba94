package web

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Match is the versions that If-Match names.
type Match struct {
	Any      bool // the header is *
	Versions []int
}

// IfMatch reads If-Match (RFC 9110, 13.1.1). It is nil if there is none. A tag names a version, whose content never changes, so
// the form that a proxy gives "v7" when it compresses names the same version. Tags that are not of this service are accepted and
// never match. A malformed header is header_invalid.
func IfMatch(c Request) (*Match, error) {
	any, tags, given, err := entityTags(c, "If-Match")
	if !given || err != nil {
		return nil, err
	}
	match := &Match{Any: any}
	for _, tag := range tags {
		tag = uncompressed(tag)
		if digits, ours := strings.CutPrefix(tag, `"v`); ours {
			n, err := strconv.Atoi(strings.TrimSuffix(digits, `"`))
			if err == nil && n > 0 && ETag(n) == tag {
				match.Versions = append(match.Versions, n)
			}
		}
	}
	return match, nil
}

// CreateOnly reports whether If-None-Match is *, so that a PUT only creates (RFC 9110, 13.1.2). Tags are header_invalid: no client
// has a reason to replace every version but one.
func CreateOnly(c Request) (bool, error) {
	any, _, given, err := entityTags(c, "If-None-Match")
	if err == nil && given && !any {
		err = fault.New(fault.HeaderInvalid, "With PUT, If-None-Match can only be *, which creates and never replaces.")
	}
	return any, err
}

// ETag is the entity tag of a version.
func ETag(version int) string { return `"v` + strconv.Itoa(version) + `"` }

// NotModified sets the ETag of a resource. If the caller already has this version, it answers 304 and returns true: then the
// handler is done.
func NotModified(c Request, tag string) (bool, error) {
	c.Response().Header().Set("ETag", tag)
	c.Response().Header().Set("Cache-Control", "private, no-cache")
	any, tags, _, err := entityTags(c, "If-None-Match")
	if err != nil {
		return false, err
	}
	for _, one := range tags {
		any = any || uncompressed(one) == tag // weak comparison
	}
	if !any {
		return false, nil
	}
	return true, c.NoContent(http.StatusNotModified)
}

// uncompressed returns a tag as it was before a proxy compressed its answer: "v7" for W/"v7" (nginx), "v7-gzip" (Apache) and
// "v7--gzip" (Jetty).
func uncompressed(tag string) string {
	return coding.ReplaceAllString(strings.TrimPrefix(tag, "W/"), `"`)
}

var coding = regexp.MustCompile(`-{1,2}(gzip|br|zstd|deflate)"$`)

// The headers If-Match and If-None-Match, as entityTags takes them: a list may have empty items, but not at its beginning.
const (
	TagsPattern = `^(\*|` + tag + `([ \t]*,[ \t,]*` + tag + `)*([ \t]*,[ \t,]*)?)$`
	LongestTags = 1000
	tag         = `(W/)?"[\x21\x23-\x7E\x80-\xFF]*"`
)

var oneTag = regexp.MustCompile(`^` + tag)

// entityTags reads a header that is * or a list of entity tags. The tags keep their quotes and W/.
func entityTags(c Request, header string) (any bool, tags []string, given bool, err error) {
	lines, given := c.Request().Header[http.CanonicalHeaderKey(header)]
	rest := strings.Trim(strings.Join(lines, ","), " \t")
	if !given || rest == "*" {
		return given, nil, given, nil
	}
	if length := utf8.RuneCountInString(rest); length > LongestTags {
		return false, nil, true, fault.New(fault.HeaderInvalid, "%s has at most %d characters; this one has %d.", header, LongestTags, length)
	}
	for {
		tag := oneTag.FindString(rest)
		if tag == "" {
			return false, nil, true, fault.New(fault.HeaderInvalid, `%s is * or a list of tags in quotes, such as "v7".`, header)
		}
		tags = append(tags, tag)
		rest = strings.TrimLeft(rest[len(tag):], " \t")
		if rest == "" {
			return false, tags, true, nil
		}
		if rest[0] == ',' {
			rest = strings.TrimLeft(rest, ", \t") // a list may have empty items
			if rest == "" {
				return false, tags, true, nil
			}
			continue
		}
		rest = "" // two tags without a comma
	}
}
