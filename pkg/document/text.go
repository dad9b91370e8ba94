package document

import (
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/orderdesk/orderdesk/pkg/document/typeset"
	"github.com/orderdesk/orderdesk/pkg/script"
)

// rewritten returns a copy of the paper with every string passed through rewrite; the caller's slices stay untouched.
// Walking the type, instead of naming fields, means that a field added later cannot be forgotten.
func rewritten(p Paper, rewrite func(string) string) Paper {
	rewriteStrings(reflect.ValueOf(&p).Elem(), rewrite)
	return p
}

func rewriteStrings(v reflect.Value, rewrite func(string) string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(rewrite(v.String()))
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return // the logo
		}
		if v.IsNil() {
			return
		}
		fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(fresh, v)
		for i := range fresh.Len() {
			rewriteStrings(fresh.Index(i), rewrite)
		}
		v.Set(fresh)
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		fresh := reflect.New(v.Type().Elem())
		fresh.Elem().Set(v.Elem())
		rewriteStrings(fresh.Elem(), rewrite)
		v.Set(fresh)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				rewriteStrings(v.Field(i), rewrite)
			}
		}
	}
}

// readable makes a string safe to show anywhere: valid UTF-8, and no characters that are invisible or turn the reading direction, since those could
// make a number look like another one.
func readable(s string) string {
	if script.Plain(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t', r == '\u2028', r == '\u2029':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u00AD', r == '\u200B', r == '\uFEFF':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// substitutes stand in for common signs that read as well in plain letters, and for spaces of odd widths.
var substitutes = strings.NewReplacer("−", "-", "→", "->", "←", "<-", "≈", "~", "●", "•", "\u2009", "\u00A0", "\u202F", "\u00A0")

// printable makes a string fit for the fonts: what they lack becomes the replacement character.
func printable(s string) string {
	return substituted(s, func(rune) {})
}

// substituted is the text in characters that the fonts have. Each that they lack is handed to lacks and becomes the replacement character.
func substituted(s string, lacks func(rune)) string {
	if script.Plain(s) {
		return s
	}
	before := rune(0)
	return strings.Map(func(r rune) rune {
		last := before
		before = r
		switch {
		case r == '\n', typeset.Printable(r) && !ignorable(r):
			return r
		case typeset.Joins(last, r): // it decides how the letters around it look
			return r
		case ignorable(r):
			return -1
		}
		lacks(r)
		return utf8.RuneError
	}, substitutes.Replace(norm.NFC.String(readable(s))))
}

// ignorable is a character that has no shape of its own: without what it acts on it shows nothing.
func ignorable(r rune) bool {
	const joiner = '\u034F' // the combining grapheme joiner, which keeps marks in their order
	return r == joiner || unicode.In(r, unicode.Cf, unicode.Variation_Selector)
}

// linesOf splits a text into its lines, without the blank ones around it.
func linesOf(s string) []string {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// joined is the non-empty parts with a separator between them.
func joined(separator string, parts ...string) string {
	kept := parts[:0:0]
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, separator)
}

// beside is joined for texts that must not turn each other's direction.
func beside(separator string, parts ...string) string {
	apart := make([]string, len(parts))
	for i, part := range parts {
		apart[i] = typeset.Isolate(part)
	}
	return joined(separator, apart...)
}

// prefixed is the value with its label, or nothing.
func prefixed(label, value string) string {
	if value == "" {
		return ""
	}
	return label + typeset.Isolate(value)
}
