package strictjson

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// number reads a number and keeps it as it was written.
func (p *parser) number(into *string) error {
	start := p.at
	p.take('-')
	if !p.take('0') && !p.digits() {
		return p.malformed("a digit")
	}
	if p.take('.') && !p.digits() {
		return p.malformed("a digit")
	}
	if p.take('e') || p.take('E') {
		if !p.take('+') {
			p.take('-')
		}
		if !p.digits() {
			return p.malformed("a digit")
		}
	}
	*into = p.in[start:p.at]
	return nil
}

func (p *parser) digits() bool {
	start := p.at
	for p.at < len(p.in) && p.in[p.at] >= '0' && p.in[p.at] <= '9' {
		p.at++
	}
	return p.at > start
}

// text reads a string, whose opening quote is next, in its canonical form. A string without escapes that has it shares the
// body's memory.
func (p *parser) text(into *string) error {
	if err := p.quoted(into); err != nil {
		return err
	}
	*into = canon.Text(*into)
	return nil
}

func (p *parser) quoted(into *string) error {
	p.at++
	start := p.at
	var built []byte
	for p.at < len(p.in) {
		switch b := p.in[p.at]; {
		case b == '"':
			if *into = p.in[start:p.at]; built != nil {
				*into = string(append(built, *into...))
			}
			p.at++
			return nil
		case b == '\\':
			built = append(built, p.in[start:p.at]...)
			r, err := p.escape()
			if err != nil {
				return err
			}
			built = utf8.AppendRune(built, r)
			start = p.at
		case b < ' ':
			return fault.New(fault.JSONMalformed, "At byte %d of the body a string holds a control character that is not escaped.", p.at)
		default:
			p.at++
		}
	}
	return p.malformed("a closing quote")
}

// escape reads one escape sequence. It refuses half of a surrogate pair, which is not a character.
func (p *parser) escape() (rune, error) {
	p.at++
	if p.at == len(p.in) {
		return 0, p.malformed("an escape")
	}
	const short, long = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	if i := strings.IndexByte(short, p.in[p.at]); i >= 0 {
		p.at++
		return rune(long[i]), nil
	}
	if p.in[p.at] != 'u' {
		return 0, p.malformed("an escape")
	}
	from := p.at - 1
	r, ok := p.hex()
	if !ok {
		return 0, p.malformed("an escape of four hexadecimal digits")
	}
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if strings.HasPrefix(p.in[p.at:], `\u`) {
		p.at++
		if low, ok := p.hex(); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, nil
			}
		}
	}
	return 0, fault.New(fault.JSONMalformed, "At byte %d of the body the escape \\u%04x is half of a surrogate pair, which is not a character.", from, r)
}

// hex reads the letter u, which is next, and four hexadecimal digits.
func (p *parser) hex() (rune, bool) {
	if p.at+5 > len(p.in) {
		return 0, false
	}
	n, err := strconv.ParseUint(p.in[p.at+1:p.at+5], 16, 16)
	if err != nil {
		return 0, false
	}
	p.at += 5
	return rune(n), true
}

// fold returns the same string for all strings that are equal under strings.EqualFold.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf { // a capital is below its small letter, and both are below what else they fold to
			if 'a' <= r && r <= 'z' {
				return r - 'a' + 'A'
			}
			return r
		}
		low := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			low = min(low, next)
		}
		return low
	}, s)
}

// Quote is a caller's text for the detail of a fault: in quotes, and short.
func Quote(s string) string {
	const most = 61
	return strconv.Quote(Shorten(s, most))
}

// Shorten returns a caller's text in at most so many characters. The last one of a longer text is an ellipsis.
func Shorten(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}
