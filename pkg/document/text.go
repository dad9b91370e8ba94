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

// rewritten returns a copy of the content with every string passed through rewrite. The caller's slices stay unchanged.
// It walks the type instead of naming fields, so that it cannot miss a new field.
func rewritten(p Content, rewrite func(string) string) Content {
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
			if v.Field(i).CanSet() { // it is exported
				rewriteStrings(v.Field(i), rewrite)
			}
		}
	}
}

// everyString reports whether holds is true of every string that rewriteStrings would rewrite. It copies nothing.
func everyString(v reflect.Value, holds func(string) bool) bool {
	switch v.Kind() {
	case reflect.String:
		return holds(v.String())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return true
		}
		for i := range v.Len() {
			if !everyString(v.Index(i), holds) {
				return false
			}
		}
	case reflect.Pointer:
		return v.IsNil() || everyString(v.Elem(), holds)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanInterface() && !everyString(v.Field(i), holds) {
				return false
			}
		}
	}
	return true
}

// readable makes a string safe to show anywhere: valid UTF-8, without characters that are invisible or change the
// direction. Such characters could make one number look like another.
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

// shown is a readable string in which numbers and codes keep their direction among letters that run from right to left.
func shown(s string) string { return script.Apart(readable(s)) }

// printed is a printable string, like shown.
func printed(s string) string { return script.Apart(printable(s)) }

// substitutes replace common signs that are as readable in plain letters, and spaces of unusual widths.
var substitutes = strings.NewReplacer("−", "-", "→", "->", "←", "<-", "≈", "~", "●", "•", "\u2009", "\u00A0", "\u202F", "\u00A0")

// printable prepares a string for the fonts: a character that they lack becomes the replacement character.
func printable(s string) string {
	return substituted(s, func(rune) {})
}

// substituted returns the text in characters that the fonts have. It calls lacks with each character that they lack,
// and puts the replacement character in its place.
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
		case typeset.Joins(last, r): // it changes the shape of the letters around it
			return r
		case ignorable(r):
			return -1
		}
		lacks(r)
		return utf8.RuneError
	}, substitutes.Replace(norm.NFC.String(readable(s))))
}

// ignorable reports whether a character shows nothing without the character that it modifies.
func ignorable(r rune) bool {
	const joiner = '\u034F' // the combining grapheme joiner, which keeps marks in their order
	return r == joiner || unicode.In(r, unicode.Cf, unicode.Variation_Selector)
}

// linesOf splits a text into its lines, without blank lines at the start and the end.
func linesOf(s string) []string {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// joined returns the non-empty parts with a separator between them.
func joined(separator string, parts ...string) string {
	kept := parts[:0:0]
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, separator)
}

// beside is joined for texts that must not change each other's direction.
func beside(separator string, parts ...string) string {
	apart := make([]string, len(parts))
	for i, part := range parts {
		apart[i] = typeset.Isolate(part)
	}
	return joined(separator, apart...)
}

// prefixed returns the value with its label, or an empty string without a value.
func prefixed(label, value string) string {
	if value == "" {
		return ""
	}
	return label + typeset.Isolate(value)
}
