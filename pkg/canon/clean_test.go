package canon_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/orderdesk/orderdesk/pkg/canon"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "": "", "Flor\u200bería": "Florería", "\ufeffBloom": "Bloom", "soft\u00adhyphen": "softhyphen",
		"pay \u202eDSU 01\u202c now": "pay DSU 01 now", "\u2066a\u2069\u200e\u200f\u061c": "a", "e\u200b\u0301": "é", "a\u2064b\u206fc\ufff9": "abc",
	} {
		require.Equal(t, want, canon.Clean(in), "%+q", in)
	}
	for _, kept := range []string{"می\u200cخواهم", "क\u094d\u200dष", "👨\u200d🌾", "❤\ufe0f", "e\u0301", "مشتل الورد", "株式会社花屋"} {
		require.Equal(t, kept, canon.Clean(kept), "%+q", kept)
	}
}

// A clean text stays as it is, and a canonical text stays canonical.
func TestCleanTextsAreTheirOwn(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		clean := canon.Clean(canon.Text(rapid.String().Draw(r, "text")))
		require.Equal(t, clean, canon.Clean(clean))
		require.Equal(t, clean, canon.Text(clean))
	})
}

func TestFirstInvisible(t *testing.T) {
	for s, want := range map[string]rune{"AB\u200bC": 0x200b, "\u00adX\u200b": 0xad, "क\u200d": 0x200d, "x\U000e0061": 0xe0061} {
		found, ok := canon.FirstInvisible(s)
		require.True(t, ok, "%+q", s)
		require.Equal(t, want, found, "%+q", s)
	}
	for _, s := range []string{"", "ABC", "CAFÉ 1", "花屋", "مشتل"} {
		_, ok := canon.FirstInvisible(s)
		require.False(t, ok, "%+q", s)
	}
}

// The scripts that people write together pass. Others do not, because their letters look alike.
func TestMixedScripts(t *testing.T) {
	for _, s := range []string{"ROSA-1", "CAFÉ", "РОЗА-1", "ΑΝΘΗ 2", "花屋A", "はなやハナヤ花ABC", "꽃집 花 A", "ㄅㄆ花A", "مشتل ١", "फूल", "e\u0301", "ラーメン", "№ 1", "💐"} {
		require.Nil(t, canon.MixedScripts(s), s)
	}
	for s, want := range map[string][]string{
		"R\u041eSA": {"Cyrillic", "Latin"}, "\u03b1ROSA": {"Greek", "Latin"}, "はな꽃": {"Hangul", "Hiragana"}, "\u0641РОЗА": {"Arabic", "Cyrillic"}, "ㄅは": {"Bopomofo", "Hiragana"},
	} {
		require.Equal(t, want, canon.MixedScripts(s), s)
	}
}
