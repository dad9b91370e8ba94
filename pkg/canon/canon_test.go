package canon_test

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "": "", "Ame\u0301lie": "Am\u00e9lie", "\u212b": "\u00c5", "a\r\nb\rc\nd": "a\nb\nc\nd", "\r\r\n": "\n\n", "\u0301": "\u0301", "\u1100\u1161": "\uac00",
	} {
		require.Equal(t, want, canon.Text(in))
	}
	require.Equal(t, "one line", canon.Line("one line\r\n\n"))
	require.Equal(t, "two\nlines", canon.Line(" two\r\nlines\r"))
	require.Equal(t, "BLOOM 1", canon.Line("\u3000\u00a0BLOOM 1 \r\n \u2009"))
	require.Equal(t, "\tx\t", canon.Line("\tx\t"), "other controls are the caller's fault")
}

// Sixty kilobytes of accents on one letter are as fast as any other text, and stay unchanged.
func TestTextOfManyAccents(t *testing.T) {
	tall := "e" + strings.Repeat("\u0301", 30_000)
	is := canon.Text(tall)
	require.Equal(t, is, canon.Text(is))
	require.Less(t, len(is), 2*len(tall))
	require.LessOrEqual(t, len(canon.SearchKeyOf(tall)), canon.MaxSearchKey)
}

// Canonical texts stay unchanged, and the key of a key is the same key.
func TestCanonicalFormsAreTheirOwn(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := strings.ReplaceAll(rapid.String().Draw(r, "text"), "\r", "\r\n")
		text := canon.Text(s)
		require.Equal(t, text, canon.Text(text))
		require.NotContains(t, text, "\r")
		key := canon.KeyOf(s)
		require.Equal(t, key, canon.KeyOf(key))
		require.Equal(t, key, canon.KeyOf(norm.NFD.String(s)))
		search := canon.SearchKeyOf(s)
		require.Equal(t, search, canon.SearchKeyOf(search))
		require.Equal(t, canon.SearchKeyOf(text), canon.SearchKeyOf(norm.NFD.String(text)))
		require.True(t, utf8.ValidString(search))
	})
}

func TestBlank(t *testing.T) {
	for _, s := range []string{"", " ", "\u00a0\t\n", "\u200b\u200d", "\ufeff", "\u00ad \u2060", "\U000e0061", "\ufe0f", "\u3164"} {
		require.True(t, canon.Blank(s), "%+q", s)
	}
	for _, s := range []string{"x", "\u200bx", "\u0301", "日", "💐", "-"} {
		require.False(t, canon.Blank(s), "%+q", s)
	}
}

// The pattern of the API document for a non-blank text agrees with Blank.
func TestBlankPattern(t *testing.T) {
	class := regexp.MustCompile("^[" + regexp.MustCompile(`\\u([0-9A-F]{4})`).ReplaceAllString(canon.BlankPattern, `\x{$1}`) + "]$")
	for r := rune(0); r <= 0xFFFF; r++ {
		if utf8.ValidRune(r) {
			require.Equal(t, canon.Blank(string(r)) || unicode.IsControl(r), class.MatchString(string(r)), "%U", r)
		}
	}
}

// Codes ignore letter case and encoding. An accent makes another code.
func TestKeyOf(t *testing.T) {
	for _, pair := range [][2]string{
		{"Blümchen", "BLÜMCHEN"}, {"ÉCLAT", "éclat"}, {"Σίσυφος", "ΣΊΣΥΦΟΣ"}, {"plain-1", "PLAIN-1"},
		{"JOSE\u0301", "jos\u00e9"}, {"BLO\u200bOM", "bloom"}, {"\u212b", "\u00e5"},
	} {
		require.Equal(t, canon.KeyOf(pair[0]), canon.KeyOf(pair[1]))
		require.Equal(t, canon.KeyOf(pair[0]), canon.KeyOf(canon.KeyOf(pair[0])))
	}
	for _, pair := range [][2]string{{"a", "b"}, {"jose", "josé"}, {"\u200b", "\u200d"}} {
		require.NotEqual(t, canon.KeyOf(pair[0]), canon.KeyOf(pair[1]))
	}
}

// Searching ignores accents and case, because people type words without letters that their keyboard lacks.
func TestSearchKeyOf(t *testing.T) {
	for text, typed := range map[string]string{
		"Jardín": "jardin", "ÁÉÍÓÚ Ñandú": "aeiou nandu", "Åse Sørensen": "ase sorensen", "Łódź": "LODZ", "Straße": "strasse", "STRASSE": "straße",
		"İstanbul": "istanbul", "ISPARTA": "ısparta", "Œillet": "oeillet", "ﬁne": "fine", "ＢＬＯＯＭ": "bloom", "Ανθοπωλείο": "ανθοπωλειο", "Ёлка": "елка",
		"Đà Lạt": "da lat", "Þór": "thor", "soft\u00adhyphen": "softhyphen", "مُشْتَل": "مشتل", "שָׁלוֹם": "שלום", "ΣΊΣΥΦΟΣ": "σισυφος",
	} {
		require.Equal(t, canon.SearchKeyOf(typed), canon.SearchKeyOf(text), text)
	}
	for _, pair := range [][2]string{{"か", "が"}, {"गुल", "गल"}, {"ดี", "ดา"}, {"a", "b"}} { // these marks change the word
		require.NotEqual(t, canon.SearchKeyOf(pair[0]), canon.SearchKeyOf(pair[1]))
	}
	require.True(t, strings.HasPrefix(canon.SearchKeyOf("한국"), canon.SearchKeyOf("하")), "typed half")
	require.Less(t, canon.SearchKeyOf("Åse"), canon.SearchKeyOf("White Barn"))
	require.Less(t, canon.SearchKeyOf("Ähre"), canon.SearchKeyOf("azalea"))
}

// Every key is short enough for an index, even if its letters expand.
func TestSearchKeysAreBounded(t *testing.T) {
	for _, letter := range []string{"x", "é", "한", "\ufdfa", "💐", "\u1e9e"} {
		key := canon.SearchKeyOf(strings.Repeat(letter, 500))
		require.LessOrEqual(t, len(key), canon.MaxSearchKey)
		require.Greater(t, len(key), canon.MaxSearchKey-40)
		require.True(t, utf8.ValidString(key))
	}
}

// Keys are stored in the database. If this test fails after a change here or with another version of Unicode, add a
// migration that makes the keys again (store's dataSteps), and then update the sum here.
func TestKeysAreTheStoredOnes(t *testing.T) {
	sum := sha256.New()
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if utf8.ValidRune(r) {
			s := "a" + string(r)
			_, _ = sum.Write([]byte(canon.Text(s) + "\x00" + canon.KeyOf(s) + "\x00" + canon.SearchKeyOf(s) + "\x00"))
		}
	}
	require.Equal(t, "137ef5a41dd43c52", hex.EncodeToString(sum.Sum(nil)[:8]))
}
