package api

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/stretchr/testify/require"
)

// Every body that an answer or a stream can have is encoded to the bytes of encoding/json.
func TestAnswersAreEncodedAsByEncodingJSON(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same values each time
	bodies := map[reflect.Type]string{}
	for _, route := range Routes() {
		for _, a := range route.Answers {
			if a.Body != nil {
				bodies[reflect.TypeOf(a.Body)] = route.Operation
			}
		}
		if route.Streamed != nil {
			bodies[reflect.TypeOf(route.Streamed)] = route.Operation
		}
	}
	require.Greater(t, len(bodies), 30)
	for body, operation := range bodies {
		for range 50 {
			value := reflect.New(body)
			scatter(r, value.Elem(), 0)
			var want bytes.Buffer
			plain := json.NewEncoder(&want)
			plain.SetEscapeHTML(false)
			require.NoError(t, plain.Encode(value.Interface()))
			got, err := web.EncodeJSON(value.Interface())
			require.NoError(t, err)
			require.Equal(t, string(bytes.TrimSuffix(want.Bytes(), []byte("\n"))), string(got), "%s: %s", operation, body)
		}
	}
}

// scattered are texts that need care: escapes, controls, characters of HTML, and bytes that are not UTF-8.
var scattered = []string{
	"", "W000123", `a "quoted" \ path`, "line\nbreak\ttab\r\b\f", "<b>&amp;</b>", "Zèbre 日本 🌹 שלום", "\u2028\u2029", "\x00\x1f\x7f",
	"bytes \xff\xfe that are no text", "a long text without anything special in it at all", "0123456\u2028", "01234567\x01<",
}

// scatter sets a value, and what is in it, to random values: pointers, lists and maps may be nil or empty.
func scatter(r *rand.Rand, v reflect.Value, depth int) {
	none := depth > 6 || r.IntN(4) == 0
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.UnixMicro(r.Int64N(1 << 51)).UTC()))
	case v.Type() == reflect.TypeFor[json.RawMessage]():
		v.SetBytes([]byte(`{ "a" : [1, "<", 2.50] }`))
	case v.Kind() == reflect.String:
		v.SetString(scattered[r.IntN(len(scattered))])
	case v.Kind() == reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case v.CanInt():
		v.SetInt(r.Int64N(1<<40) >> r.IntN(40))
	case v.CanUint():
		v.SetUint(r.Uint64N(200))
	case v.CanFloat():
		v.SetFloat(r.NormFloat64())
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() || v.Type().Field(i).Anonymous {
				scatter(r, v.Field(i), depth+1)
			}
		}
	case none:
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		scatter(r, v.Elem(), depth+1)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), r.IntN(3), 3))
		for i := range v.Len() {
			scatter(r, v.Index(i), depth+1)
		}
	case v.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range r.IntN(4) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			scatter(r, key, depth+1)
			scatter(r, value, depth+1)
			v.SetMapIndex(key, value)
		}
	case v.Kind() == reflect.Interface:
		of := []any{"<text>", int64(7), true, []any{"x", nil}, map[string]any{"b": 1, "a": "é"}}
		v.Set(reflect.ValueOf(of[r.IntN(len(of))]))
	default:
		panic("scatter: " + v.Type().String())
	}
}
