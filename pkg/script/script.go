// Package script tells from the letters of a text which language it is likely written in, for pages that say so to browsers and screen readers.
package script

import "unicode"

// languages are the languages, or where several share a script the script alone, by what their letters are. Latin says nothing.
var languages = []struct {
	letters *unicode.RangeTable
	tag     string // BCP 47
}{
	{unicode.Han, "zh"},
	{unicode.Hiragana, "ja"},
	{unicode.Katakana, "ja"},
	{unicode.Hangul, "ko"},
	{unicode.Thai, "th"},
	{unicode.Hebrew, "he"},
	{unicode.Greek, "el"},
	{unicode.Arabic, "und-Arab"},
	{unicode.Cyrillic, "und-Cyrl"},
	{unicode.Devanagari, "und-Deva"},
}

// Language is the BCP 47 tag of the language that most letters of the text belong to, or the empty string where they do not tell. Chinese characters beside
// kana or hangul are Japanese or Korean.
func Language(text string) string {
	if Plain(text) {
		return ""
	}
	count, letters := map[string]int{}, 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		for _, l := range languages {
			if r > unicode.MaxLatin1 && unicode.Is(l.letters, r) {
				count[l.tag]++
				break
			}
		}
	}
	for _, tag := range []string{"ja", "ko"} {
		if count[tag] > 0 {
			count[tag] += count["zh"]
			count["zh"] = 0
		}
	}
	for tag, n := range count {
		if 2*n > letters {
			return tag
		}
	}
	return ""
}

// RunsLeft reports whether some of the text is written from right to left.
func RunsLeft(text string) bool {
	if Plain(text) {
		return false
	}
	for _, r := range text {
		if r > unicode.MaxLatin1 && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko) {
			return true
		}
	}
	return false
}

// Plain reports whether a text is printable ASCII, as nearly every text is: it runs from left to right, and needs no care.
func Plain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}
