package rowscan

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

type kind string

func TestBindsAsGORM(t *testing.T) {
	db, err := gorm.Open(postgres.New(postgres.Config{}), &gorm.Config{DryRun: true, DisableAutomaticPing: true})
	require.NoError(t, err)
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		text string
		args []any
	}{
		{"SELECT 1", []any{}},
		{"SELECT ?", []any{"one"}},
		{"a = ? AND b < ? OR c = ?", []any{int64(1), at, true}},
		{"id IN ?", []any{[]string{"x", "y"}}},
		{"id IN ? AND n = ?", []any{[]kind{"x"}, 7}},
		{"id IN ? AND n = ?", []any{[]int64{}, nil}},
		{"id IN (?) AND n = ?", []any{[]string{"x", "y", "z"}, 7}},
		{"id IN (?)", []any{[]string{}}},
		{"raw = ? AND (?)", []any{[]byte("bytes"), "one"}},
		{"(a, b) > (?, ?) LIMIT ?", []any{1, "two", 3}},
		{"Zèbre ? 日本 ?", []any{"é", (*string)(nil)}},
	} {
		plain := db.Raw(c.text, c.args...).Statement
		for _, way := range []func(string, []any) (string, []any){bind, bindKept, bindKept} { // the second time it is kept
			text, args := way(c.text, c.args)
			require.Equal(t, plain.SQL.String(), text)
			require.Equal(t, fmt.Sprintf("%#v", plain.Vars), fmt.Sprintf("%#v", args), text)
		}
	}
}
