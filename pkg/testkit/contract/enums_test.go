package contract_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
	"github.com/stretchr/testify/require"
)

// ownEnums are the words of HTTP: representations, sort orders of lists, states of the process.
var ownEnums = []string{
	"$", "v1", "a4,letter", "alive", "failed,all", "allowed_actions,count,facets,lines,totals", "count", "lines", "lines,payments,emails,events", "number,-number", "number,-number,due_date,-due_date", "ok,failed,slow", "pdf,html", "ready,unready,draining",
	"placed_at,-placed_at,ship_date,-ship_date,number,-number,total,-total,customer,-customer,status,-status,updated_at,-updated_at",
	"recorded_at,-recorded_at,paid_at,-paid_at",
}

// The values of an enum tag are all constants of a type of the pure packages. The test fails if a constant is missing.
func TestEnumsAreTheTradesWords(t *testing.T) {
	types := map[string][]string{
		"order":   {"Source", "BoxType", "UnitType", "LineStatus", "Status", "Scope", "Kind", "Relation", "VoidCause", "Origin"},
		"billing": {"Status", "PaymentKind", "Method"},
		"company": {"Autoconfirm", "UnpaidPolicy", "RecipientPolicy"},
		"email":   {"Kind", "Status"},
		"desk":    {"Mode", "Outcome", "WarningCode"},
		"hook":    {"Status", "Reason"},
	}
	var origins []string
	for _, o := range order.Origins {
		origins = append(origins, o.Name())
	}
	states := slices.DeleteFunc(fieldtest.Constants[string](t, "../../hook", "State"), func(state string) bool { return state == string(hook.Sending) }) // clients see it as pending
	known := map[string]string{sorted(origins): "order.Origin.Name", sorted(states): "hook.State"}
	for folder, names := range types {
		for _, name := range names {
			words := slices.DeleteFunc(fieldtest.Constants[string](t, "../../"+folder, name), func(w string) bool { return w == "" })
			known[sorted(words)] = folder + "." + name
		}
	}
	unused := map[string]bool{}
	for _, of := range known {
		unused[of] = true
	}
	for _, tag := range tagsOfTheAPI(t, "enums") {
		if slices.Contains(ownEnums, tag.value) {
			continue
		}
		of, ok := known[sorted(strings.Split(tag.value, ","))]
		require.True(t, ok, "%s lists %s, which are not all the constants of a type", tag.file, tag.value)
		delete(unused, of)
	}
	require.Empty(t, unused, "no tag lists the words of these types")
}

type fieldTag struct{ file, value string }

// tagsOfTheAPI returns the tags with this key of all fields in package api.
func tagsOfTheAPI(t *testing.T, key string) []fieldTag {
	t.Helper()
	files, err := filepath.Glob("../../../api/*.go")
	require.NoError(t, err)
	var tags []fieldTag
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, tag := range regexp.MustCompile(` `+key+`:"([^"]*)"`).FindAllStringSubmatch(string(source), -1) {
			tags = append(tags, fieldTag{name, tag[1]})
		}
	}
	return tags
}

func sorted(words []string) string {
	words = slices.Clone(words)
	slices.Sort(words)
	return strings.Join(words, ",")
}

// No field has a pattern of its own. Formats have them, and take them from the pure packages.
func TestNoFieldHasItsOwnPattern(t *testing.T) {
	require.Empty(t, tagsOfTheAPI(t, "pattern"))
}
