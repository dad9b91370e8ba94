package api

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The API offers every sort order of the store, in both directions.
func TestSortTakesEveryKey(t *testing.T) {
	var words []string
	for _, key := range fieldtest.Constants[string](t, "../pkg/store", "SortKey") {
		words = append(words, key, "-"+key)
	}
	fields := Reader().QueryShape(reflect.TypeFor[orderQuery]()).Fields
	i := slices.IndexFunc(fields, func(f strictjson.Field) bool { return f.Name == "sort" })
	require.ElementsMatch(t, words, strings.Split(fields[i].Go.Tag.Get("enums"), ","), "the parameter sort of orderQuery takes each store.SortKey")
}

// The API answers every facet of the desk.
func TestEveryFacetIsAnswered(t *testing.T) {
	var none, filled desk.Facets
	fieldtest.Fill(t, &filled)
	for _, name := range fieldtest.Names(none) {
		one := none
		reflect.ValueOf(&one).Elem().FieldByName(name).Set(reflect.ValueOf(filled).FieldByName(name))
		assert.NotEqual(t, facetsJSON(t, none), facetsJSON(t, one), "facetsBodyOf leaves the facet %s out", name)
	}
}

func facetsJSON(t *testing.T, f desk.Facets) string {
	raw, err := json.Marshal(facetsBodyOf(f))
	require.NoError(t, err)
	return string(raw)
}
