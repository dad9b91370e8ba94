package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/config"
)

// No way to print a configuration shows a secret.
func TestNothingPrintsASecret(t *testing.T) {
	c, err := config.Serve(with(environment{"DATABASE_URL": "postgres://desk:canary-database@db.example/desk?sslpassword=canary-too"}).get)
	require.NoError(t, err)
	var out bytes.Buffer
	for _, thing := range []any{c, &c, c.Tokens, c.Mail, c.Database, []any{c.Database}, map[string]config.Secret{"a": c.Database}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%20s"} {
			fmt.Fprintf(&out, verb+"\n", thing)
		}
		fmt.Fprintln(&out, thing)
		text, err := json.Marshal(thing)
		require.NoError(t, err)
		out.Write(text)
		for _, handler := range []slog.Handler{slog.NewJSONHandler(&out, nil), slog.NewTextHandler(&out, nil)} {
			slog.New(handler).Info("start", "config", thing, slog.Group("in", "config", thing))
		}
	}
	printed := out.String()
	require.NotContains(t, printed, "canary")
	require.NotContains(t, printed, fmt.Sprintf("%x", "canary"))
	require.NotContains(t, printed, fmt.Sprintf("%X", "canary"))
	require.Contains(t, printed, "[redacted]")
	require.Contains(t, printed, "postgres://db.example/desk", "the log line at the start names the database")

	require.Empty(t, fmt.Sprint(config.Secret("")), "an empty secret prints as an empty string")
}
