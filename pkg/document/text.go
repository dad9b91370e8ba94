package document

import (
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
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
	if plain(s) {
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

// plain reports whether s is printable ASCII, as nearly every string is.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// substitutes stand in for common signs that Noto Sans lacks.
var substitutes = strings.NewReplacer("−", "-", "→", "->", "←", "<-", "≈", "~", "●", "•", "\uFE0F", "", "\u200D", "", "\u2009", "\u00A0", "\u202F", "\u00A0")

// printable makes a string fit for the PDF writer, which holds one character in two bytes: it fails on anything beyond U+FFFF, so that becomes the
// replacement character. Accents are composed, because the writer does not place combining marks.
func printable(s string) string {
	if plain(s) {
		return s
	}
	s = substitutes.Replace(norm.NFC.String(readable(s)))
	return strings.Map(func(r rune) rune {
		if r >= 0xFFFF {
			return utf8.RuneError
		}
		return r
	}, s)
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

// prefixed is the value with its label, or nothing.
func prefixed(label, value string) string {
	if value == "" {
		return ""
	}
	return label + value
}
