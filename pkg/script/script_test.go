package script

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"":                "",
		"Roses":           "",
		"Łódź, São Paulo": "",
		"北京玫瑰花店":          "zh",
		"株式会社さくら":         "ja",
		"주식회사 大韓":         "ko",
		"บริษัท ดอกกุหลาบ":  "th",
		"פרחי השרון 12":     "he",
		"Ανθοπωλείο":        "el",
		"مشتل الورد":        "und-Arab",
		"Цветы":             "und-Cyrl",
		"श्री कृष्ण":        "und-Deva",
		"Blumenfeld 花":      "",
		"Rose 🌹 12 ★":       "",
		"花 Rose":            "",
		"株式会社花屋 مشتل الورد": "und-Arab",
	} {
		require.Equal(t, want, Language(text), text)
	}
}
