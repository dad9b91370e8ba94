package strictjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

type sampleLine struct {
	SKU   string `json:"sku" required:"true" minLength:"1" maxLength:"5"`
	Qty   int    `json:"qty" minimum:"1" maximum:"500"`
	Price string `json:"unit_price" format:"decimal"`
}

type named struct {
	Note *string `json:"note" maxLength:"10"`
}

type colour string

func (c *colour) UnmarshalText(text []byte) error {
	if string(text) == "long" {
		return fault.New(fault.DecimalsTooMany, "No.")
	}
	if string(text) != "red" {
		return fmt.Errorf("not a colour")
	}
	*c = colour(text)
	return nil
}

type sample struct {
	named
	Origin   string             `json:"origin" enums:"W,P" required:"true"`
	Checkout bool               `json:"checkout" default:"true"`
	Lines    []sampleLine       `json:"lines" minItems:"1" maxItems:"3"`
	Tags     []string           `json:"tags" maxLength:"3"`
	Cutoff   map[string]*string `json:"cutoff" maxLength:"5" pattern:"^[0-9]{2}:[0-9]{2}$"`
	PO       Opt[string]        `json:"po" maxLength:"4" nullable:"true"`
	Ref      Opt[string]        `json:"ref" maxLength:"4"`
	Small    int32              `json:"small"`
	Big      int64              `json:"big" format:"int64"`
	Ship     string             `json:"ship_date" format:"date"`
	At       string             `json:"at" format:"date-time"`
	ID       string             `json:"id" format:"uuid"`
	Mail     string             `json:"mail" format:"email"`
	Colour   colour             `json:"colour"`
	When     *time.Time         `json:"when" format:"date-time"`
	Total    Raw                `json:"total"`
	Slash    string             `json:"a/b~c" maxLength:"1"`
}

func TestShapeRefusesTagsThatWouldDoNothing(t *testing.T) {
	for name, bad := range map[string]any{
		"no name": struct{ A string }{},
		"float": struct {
			A float64 `json:"a"`
		}{},
		"length of a number": struct {
			A int `json:"a" maxLength:"3"`
		}{},
		"items of a text": struct {
			A string `json:"a" minItems:"3"`
		}{},
		"another library's tag": struct {
			A string `json:"a" validate:"required"`
		}{},
		"pattern of a number": struct {
			A int `json:"a" pattern:"x"`
		}{},
		"required is not true": struct {
			A string `json:"a" required:"yes"`
		}{},
		"nullable pointer": struct {
			A *string `json:"a" nullable:"true"`
		}{},
		"format": struct {
			A string `json:"a" format:"colour"`
		}{},
		"number": struct {
			A string `json:"a" maxLength:"x"`
		}{},
	} {
		require.Panics(t, func() { New(nil).BodyShape(reflect.TypeOf(bad)) }, name)
	}
}

// The parser accepts what encoding/json accepts, except what it refuses on purpose. An accepted value reads the same
// after canonicalisation; and the binder survives anything.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"origin":"W","lines":[{"sku":"a","qty":1}]}`, `[1,2.5e-3,"\ud83c\udf39",null,true]`, `{"a":{"b":[]}}`, `"\u0000"`, "\ufeff", `{"po":null}`} {
		f.Add([]byte(seed))
	}
	reader := New(nil)
	f.Fuzz(func(t *testing.T, raw []byte) {
		tree, err := parse(raw)
		if err != nil {
			known := fault.Of(err)
			require.Equal(t, fault.Unreadable, known.Kind())
			if known.Code == fault.JSONTrailingData || known.Code == fault.JSONMalformed && !bytes.Contains(raw, []byte(`\u`)) && invalidUTF8(raw) < 0 {
				require.False(t, json.Valid(raw), "%q refused: %v", raw, err)
			}
			return
		}
		require.True(t, json.Valid(raw), "%q", raw)
		once := canonical(nil, &tree)
		var a, b any
		da, db := json.NewDecoder(bytes.NewReader(raw)), json.NewDecoder(bytes.NewReader(once))
		da.UseNumber()
		db.UseNumber()
		require.NoError(t, da.Decode(&a))
		require.NoError(t, db.Decode(&b), "%q", once)
		require.Equal(t, a, b)
		again, err := parse(once)
		require.NoError(t, err)
		require.Equal(t, once, canonical(nil, &again))
		var into sample
		body, _ := reader.Read(raw, &into)
		_ = fault.InvalidBody(body.Faults)
	})
}

// Objects with members in another order have the same canonical bytes.
func FuzzCanonicalOrder(f *testing.F) {
	f.Add("a", "b", "c")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		member := func(name, value string) string {
			return string(appendText(nil, name)) + ":" + string(appendText(nil, value))
		}
		one, err1 := parse([]byte("{" + member(a, "1") + "," + member(b, "2") + "," + member(c, "3") + "}"))
		two, err2 := parse([]byte("{ " + member(c, "3") + " ,\n" + member(a, "1") + "," + member(b, "2") + "}"))
		require.Equal(t, err1 == nil, err2 == nil)
		if err1 == nil {
			require.Equal(t, string(canonical(nil, &one)), string(canonical(nil, &two)))
		}
	})
}

// The document's generator takes all of this from the shape.
func TestShapeTellsWhatTheReaderTakes(t *testing.T) {
	s := New(nil).BodyShape(reflect.TypeFor[sample]())
	require.Equal(t, Object, s.Kind)
	fields := map[string]Field{}
	for _, f := range s.Fields {
		fields[f.Name] = f
	}
	require.Len(t, fields, 18)
	require.Equal(t, reflect.TypeFor[named](), fields["note"].Owner, "the struct that declares it")
	require.Equal(t, reflect.TypeFor[sample](), fields["origin"].Owner)
	require.Equal(t, "PO", fields["po"].Go.Name)
	require.Equal(t, reflect.TypeFor[string](), fields["po"].Shape.Type, "without its Opt")
	require.True(t, fields["po"].Shape.Patch)
	require.True(t, fields["po"].Shape.Nullable)
	require.False(t, fields["ref"].Shape.Nullable)
	require.Equal(t, "true", *fields["checkout"].Default)
	require.Equal(t, []string{"W", "P"}, fields["origin"].Shape.Rule.Enum)
	require.Empty(t, fields["origin"].Shape.Rule.TextPattern(), "the enum says it all")
	require.Equal(t, 3, *fields["lines"].Shape.Rule.MaxItems)
	require.Equal(t, 3, *fields["tags"].Shape.Elem.Rule.MaxLength)
	require.Equal(t, `^[0-9]{2}:[0-9]{2}$`, fields["cutoff"].Shape.Elem.Rule.TextPattern())
	require.Equal(t, Any, fields["total"].Shape.Kind)
	longest, ok := fields["mail"].Shape.Rule.Longest()
	require.True(t, ok)
	require.Equal(t, 254, longest, "the format's")
	require.Equal(t, "email", fields["mail"].Shape.Rule.Format.Keyword)
	_, ok = fields["colour"].Shape.Rule.Longest()
	require.False(t, ok)

	filled := fields["lines"].Shape.Elem.Fields[0].Shape
	require.True(t, Matches(filled.Rule.TextPattern())("a "))
	require.False(t, Matches(filled.Rule.TextPattern())("  "), "a text that must be filled is not blank")
}

func TestFormatsHaveOneMeaning(t *testing.T) {
	require.Panics(t, func() { New(map[string]Format{"date": {}}) })
	more := New(map[string]Format{"even": {Pattern: `^[02468]$`, Length: 1, Valid: Matches(`^[02468]$`)}})
	require.Equal(t, "even", more.Formats()["even"].Name)
	require.Equal(t, `^[02468]$`, more.Pattern("even", false))
	require.Equal(t, TextPattern, more.Pattern("", false))
	require.NotContains(t, New(nil).Formats(), "even")
}

// The message names the escape that is not a character.
func TestEscapesThatAreNotCharacters(t *testing.T) {
	for body, detail := range map[string]string{
		`{"name":"\ud83c"}`:       `At byte 9 of the body the escape \ud83c is half of a surrogate pair, which is not a character.`,
		`{"name":"\udf39"}`:       `At byte 9 of the body the escape \udf39 is half of a surrogate pair, which is not a character.`,
		`{"name":"\ud83c\ud83c"}`: `At byte 9 of the body the escape \ud83c is half of a surrogate pair, which is not a character.`,
		`{"name":"\ud83c\u12"}`:   `At byte 9 of the body the escape \ud83c is half of a surrogate pair, which is not a character.`,
		`{"name":"\u12"}`:         `At byte 10 of the body an escape of four hexadecimal digits is expected.`,
		`{"name":"\x"}`:           `At byte 10 of the body an escape is expected.`,
	} {
		_, err := parse([]byte(body))
		require.True(t, fault.Is(err, fault.JSONMalformed), body)
		require.Equal(t, detail, fault.Of(err).Detail, body)
	}
}
