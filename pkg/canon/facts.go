package canon

import (
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Facts collects named values in a form that is the same before they are stored and after they are read, and digests them.
// A value without content (an empty text, 0, false, nil) is left out, so that a field that a later version adds changes no
// earlier digest. Digest ends a collection.
type Facts struct{ text []byte }

// texts are the memory of collections that have ended. That of an order has 2 to 5 KB, and memory that grows is copied many times.
var texts = sync.Pool{New: func() any { return new([]byte) }}

// largestKept is the size above which memory is not kept.
const largestKept = 1 << 16

// Text adds a text.
func (f *Facts) Text(name, value string) {
	if value != "" {
		f.name(name)
		f.quote(value)
	}
}

// Int adds a number.
func (f *Facts) Int(name string, value int64) {
	if value != 0 {
		f.name(name)
		f.text = strconv.AppendInt(f.text, value, 10)
	}
}

// ID adds the id of another row, if there is one.
func (f *Facts) ID(name string, id *string) {
	if id != nil {
		f.Text(name, *id)
	}
}

// Time adds a moment, in the precision of the databases.
func (f *Facts) Time(name string, at *time.Time) {
	if at != nil && !at.IsZero() {
		f.name(name)
		f.text = at.UTC().Truncate(time.Microsecond).AppendFormat(f.text, time.RFC3339Nano)
	}
}

// Value adds a value of JSON, or a list, a map or a struct of such values.
func (f *Facts) Value(name string, value any) {
	if v := reflect.ValueOf(value); v.IsValid() && !v.IsZero() {
		f.name(name)
		f.value(v)
	}
}

// Digest returns 128 bits of the SHA-256 of what was added, in hex.
func (f *Facts) Digest() string {
	sum := sha256.Sum256(f.text)
	if kept := f.text; kept != nil && cap(kept) <= largestKept {
		f.text = nil
		texts.Put(&kept)
	}
	return hex.EncodeToString(sum[:16])
}

func (f *Facts) name(name string) {
	if f.text == nil {
		f.text = (*texts.Get().(*[]byte))[:0] //nolint:errcheck // only memory goes in
	}
	f.text = append(f.text, '\n')
	f.text = append(f.text, name...)
	f.text = append(f.text, '=')
}

// quote adds what strconv.AppendQuote adds, in a tenth of the time for a text that needs no escape.
func (f *Facts) quote(s string) {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			f.text = strconv.AppendQuote(f.text, s)
			return
		}
	}
	f.text = append(f.text, '"')
	f.text = append(f.text, s...)
	f.text = append(f.text, '"')
}

func (f *Facts) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			f.text = append(f.text, "null"...)
			return
		}
		f.value(v.Elem())
	case reflect.String:
		f.quote(v.String())
	case reflect.Bool:
		f.text = strconv.AppendBool(f.text, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		f.text = strconv.AppendInt(f.text, v.Int(), 10)
	case reflect.Float32, reflect.Float64: // JSON has one kind of number
		f.text = strconv.AppendFloat(f.text, v.Float(), 'f', -1, 64)
	case reflect.Slice, reflect.Array:
		f.text = append(f.text, '[')
		for i := range v.Len() {
			f.value(v.Index(i))
			f.text = append(f.text, ',')
		}
		f.text = append(f.text, ']')
	case reflect.Map:
		f.text = append(f.text, '{')
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		for _, key := range keys {
			f.quote(key.String())
			f.text = append(f.text, ':')
			f.value(v.MapIndex(key))
			f.text = append(f.text, ',')
		}
		f.text = append(f.text, '}')
	case reflect.Struct:
		f.text = append(f.text, '(')
		for i := range v.NumField() {
			if !v.Field(i).IsZero() { // see Facts
				f.text = append(append(f.text, v.Type().Field(i).Name...), ':')
				f.value(v.Field(i))
				f.text = append(f.text, ',')
			}
		}
		f.text = append(f.text, ')')
	default:
		panic("canon: a fact of the kind " + v.Kind().String())
	}
}
