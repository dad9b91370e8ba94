package guides

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/version"
	"github.com/stretchr/testify/require"
)

// The changelog has a section for the API's version, and the clients have that version.
func TestVersionIsInTheChangelog(t *testing.T) {
	changelog, err := os.ReadFile("../CHANGELOG.md")
	require.NoError(t, err)
	require.Regexp(t, `(?m)^## \[`+regexp.QuoteMeta(version.API)+`\] - \d{4}-\d{2}-\d{2}$`, string(changelog))
	raw, err := os.ReadFile("clients/ts/package.json")
	require.NoError(t, err)
	var client struct{ Version string }
	require.NoError(t, json.Unmarshal(raw, &client))
	require.Equal(t, version.API, client.Version)
}
