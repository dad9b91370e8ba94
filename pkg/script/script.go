// Package script guesses the language of a text from its letters. Pages declare it to browsers and screen readers.
package script

import "unicode"

// languages maps letters to a language, or to a script that several languages share. Latin gives no result.
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

// Language returns the BCP 47 tag of the language of most letters of the text, or an empty string if the letters do not
// decide. Chinese characters with kana or hangul are Japanese or Korean.
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

// RunsLeft reports whether a part of the text runs from right to left.
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

// Plain reports whether a text is printable ASCII, as nearly every text is. It runs from left to right and needs no
// special treatment.
func Plain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}
