package strictjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"strings"
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

// The text of a body is strict JSON, with the members of each object once and spelled as in the struct.
func TestReadRefusesWhatIsNotStrictJSON(t *testing.T) {
	read := func(body string) (Body, error) { return New(nil).Read([]byte(body), &sample{}) }
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for body, code := range map[string]fault.Code{
		`{`:                                    fault.JSONMalformed,
		` `:                                    fault.JSONMalformed,
		`{"origin":"W",}`:                      fault.JSONMalformed,
		`{"origin":'W'}`:                       fault.JSONMalformed,
		`{"small":01}`:                         fault.JSONMalformed, // two tokens, one of them nothing
		`{"small":+1}`:                         fault.JSONMalformed,
		`{"small":.5}`:                         fault.JSONMalformed,
		`{"small":1.}`:                         fault.JSONMalformed,
		`{"small":NaN}`:                        fault.JSONMalformed,
		`nul`:                                  fault.JSONMalformed,
		"\ufeff":                               fault.JSONMalformed,
		"\ufeff\ufeff{}":                       fault.JSONMalformed,
		" \ufeff{}":                            fault.JSONMalformed,
		"\ufeff" + `{"origin":"W"}`:            "",
		"{\"origin\":\"\xff\"}":                fault.JSONMalformed,
		"{\"origin\":\"a\nb\"}":                fault.JSONMalformed,
		`{"origin":"\ud800"}`:                  fault.JSONMalformed,
		`{"origin":"\ud800\u0041"}`:            fault.JSONMalformed,
		`{"origin":"\x"}`:                      fault.JSONMalformed,
		`{"origin":"\u12g4"}`:                  fault.JSONMalformed,
		`{"origin":"W" "small":1}`:             fault.JSONMalformed,
		`[1 2]`:                                fault.JSONMalformed,
		`{"origin":"W","origin":"P"}`:          fault.JSONDuplicateMember,
		`{"origin":"W","ORIGIN":"P"}`:          fault.JSONDuplicateMember,
		`{"origin":"W","orig\u0069n":1}`:       fault.JSONDuplicateMember,
		`{"x":{"K":1,"\u212a":2}}`:             fault.JSONDuplicateMember, // the Kelvin sign folds to k
		`{"Origin":"W"}`:                       fault.JSONMemberCase,
		`{"origin":"W","lines":[{"SKU":"a"}]}`: fault.JSONMemberCase,
		`{"origin":"W","total":` + deep(31) + `}`: "",
		`{"origin":"W","total":` + deep(32) + `}`: fault.JSONTooDeep,
		`{"origin":"W"} x`:                        fault.JSONTrailingData,
		`{"origin":"W"}{}`:                        fault.JSONTrailingData,
		`{"origin":"W"}` + "\n\t ":                "",
	} {
		got, err := read(body)
		if code == "" {
			require.NoError(t, err, body)
			require.Empty(t, got.Faults, body)
			continue
		}
		require.Equal(t, code, fault.Of(err).Code, body)
		require.Equal(t, fault.Unreadable, fault.Of(err).Kind(), body)
	}
	many := `{"origin":"W"`
	for i := range 30 {
		many += fmt.Sprintf(`,"m%d":1`, i)
	}
	_, err := read(many + `,"M29":1}`)
	require.Equal(t, fault.JSONDuplicateMember, fault.Of(err).Code)
	got, err := read(`{"origin":"W","":1}`)
	require.NoError(t, err)
	require.Equal(t, []fault.Field{{Pointer: "/", Code: fault.FieldUnknown, Detail: "This member does not exist."}}, got.Faults, "no name is spelled like an empty one")
	got, err = read(many + `}`)
	require.NoError(t, err)
	require.Len(t, got.Faults, 30, "unknown members")
	_, err = read("")
	require.Equal(t, fault.JSONMalformed, fault.Of(err).Code)
}

// A parameter is no JSON string: who read "in a string" sent the quotes.
func TestADecimalNumberInAQuery(t *testing.T) {
	var query struct {
		Least string   `query:"least" format:"decimal"`
		Some  []string `query:"some" format:"decimal"`
	}
	err := New(nil).ReadQuery(url.Values{"least": {`"1"`}, "some": {"1,x"}}, &query)
	require.Equal(t, []fault.Field{
		{Pointer: "least", Code: fault.FieldInvalid, Detail: `Must be a decimal number such as 12.50; it is "\"1\"".`},
		{Pointer: "some", Code: fault.FieldInvalid, Detail: `Must be a decimal number such as 12.50; it is "x".`},
	}, fault.Of(err).Fields)
	var body struct {
		Least string `json:"least" format:"decimal"`
	}
	got, err := New(nil).Read([]byte(`{"least":1}`), &body)
	require.NoError(t, err)
	require.Equal(t, `Must be a decimal number in a string, such as "12.50"; it is a number.`, got.Faults[0].Detail)
}

// A code of a list that is missing, or is no text, is told the list.
func TestTheValuesOfAMissingCode(t *testing.T) {
	var into struct {
		Method string   `json:"method" required:"true" enums:"card,cash"`
		Types  []string `json:"types" enums:"order,line"`
	}
	for body, detail := range map[string]string{
		`{}`:                             "Required: one of card, cash.",
		`{"method":1}`:                   "Must be one of card, cash; it is a number.",
		`{"method":null}`:                "Must be one of card, cash; null is not accepted.",
		`{"method":"visa"}`:              `Must be one of card, cash; it is "visa".`,
		`{"method":"card","types":[{}]}`: "Must be one of order, line; it is an object.",
	} {
		got, err := New(nil).Read([]byte(body), &into)
		require.NoError(t, err)
		require.Len(t, got.Faults, 1, body)
		require.Equal(t, detail, got.Faults[0].Detail, body)
	}
}

// A text that is too long for its format is told the format, not only the number of characters.
func TestTooLongForItsFormat(t *testing.T) {
	got, err := New(nil).Read([]byte(`{"origin":"W","ship_date":"2026-05-31T10:00:00Z"}`), &sample{})
	require.NoError(t, err)
	require.Len(t, got.Faults, 1)
	require.Equal(t, fault.FieldTooLong, got.Faults[0].Code)
	require.Equal(t, "Must be a date such as 2026-05-31, with at most 10 characters; it has 20.", got.Faults[0].Detail)
}

// One reading finds every member that breaks a rule.
func TestReadNamesEveryFault(t *testing.T) {
	read := func(body string) []fault.Field {
		got, err := New(nil).Read([]byte(body), &sample{})
		require.NoError(t, err, body)
		return got.Faults
	}
	for body, want := range map[string][]string{
		`{}`:                                   {"/origin field_required"},
		`null`:                                 {" field_type"},
		`[]`:                                   {" field_type"},
		`{"origin":null}`:                      {"/origin field_type"},
		`{"origin":"w"}`:                       {"/origin field_invalid"},
		`{"origin":7,"lines":{},"tags":"a"}`:   {"/origin field_type", "/lines field_type", "/tags field_type"},
		`{"origin":"W","lines":[]}`:            {"/lines field_required"},
		`{"origin":"W","lines":[{},{},{},{}]}`: {"/lines field_too_long"},
		`{"origin":"W","lines":[{"sku":"","qty":0},{"sku":"äöüßéx","qty":501,"unit_price":1.5},{"qty":1.5}]}`: {
			"/lines/0/sku field_required", "/lines/0/qty field_out_of_range", "/lines/1/sku field_too_long",
			"/lines/1/qty field_out_of_range", "/lines/1/unit_price field_type", "/lines/2/qty field_type", "/lines/2/sku field_required"},
		`{"origin":"W","small":7.0,"lines":[{"sku":"a","qty":1.000}]}`:      nil,
		`{"origin":"W","small":-0.50,"lines":[{"sku":"a","qty":1.0e0}]}`:    {"/small field_type", "/lines/0/qty field_type"},
		`{"origin":"W","lines":[{"sku":"a","qty":1e2,"unit_price":"1e2"}]}`: {"/lines/0/qty field_type", "/lines/0/unit_price field_invalid"},
		`{"origin":"W","lines":[{"sku":"a","qty":"1","unit_price":"01"}]}`:  {"/lines/0/qty field_type", "/lines/0/unit_price field_invalid"},
		`{"origin":"W","small":2147483648,"big":9223372036854775808}`:       {"/small field_out_of_range", "/big field_out_of_range"},
		`{"origin":"W","tags":["abc","abcd",null]}`:                         {"/tags/1 field_too_long", "/tags/2 field_type"},
		`{"origin":"W","cutoff":{"mon":"15:00","tue":null,"wed":"3pm"}}`:    {"/cutoff/wed field_invalid"},
		`{"origin":"W","ref":null,"po":null,"note":null,"small":null}`:      {"/ref field_type", "/small field_type"},
		`{"origin":"W","note":"a\u0000b"}`:                                  {"/note field_invalid"},
		`{"origin":"W","note":"a\u001bb"}`:                                  {"/note field_invalid"},
		`{"origin":"W","note":"a\r\nb\rc"}`:                                 nil,
		`{"origin":"W","note":"a\n\tb"}`:                                    nil,
		`{"origin":"W","ship_date":"2026-02-29","at":"2026-01-01","id":"7","mail":"a@b"}`: {
			"/ship_date field_invalid", "/at field_invalid", "/id field_invalid", "/mail field_invalid"},
		`{"origin":"W","ship_date":"2028-02-29","at":"2026-01-01T00:00:00+02:00","id":"0197A3C4-5b6e-7c1d-8a2f-3b4c5d6e7f80","mail":"a@b.example"}`: nil,
		`{"origin":"W","mail":"Anna <a@b.example>"}`: {"/mail field_invalid"},
		`{"origin":"W","colour":"blue"}`:             {"/colour field_invalid"},
		`{"origin":"W","colour":"long"}`:             {"/colour decimals_too_many"},
		`{"origin":"W","when":"yesterday"}`:          {"/when field_invalid"},
		`{"origin":"W","checkout":"true"}`:           {"/checkout field_type"},
		`{"origin":"W","originn":1,"x/y~":2}`:        {"/originn field_unknown", "/x~1y~0 field_unknown"},
		`{"origin":"W","a/b~c":"xx"}`:                {"/a~1b~0c field_too_long"},
	} {
		var got []string
		for _, f := range read(body) {
			require.NotEmpty(t, f.Detail, body)
			got = append(got, f.Pointer+" "+string(f.Code))
		}
		require.ElementsMatch(t, want, got, body)
	}
	require.Contains(t, read(`{"origin":"W","originn":1}`)[0].Detail, "Did you mean origin?")

}

// A body is read until it has more faults than an answer lists. The answer says that there are more.
func TestReadStopsAtManyFaults(t *testing.T) {
	many := func(n int, item string) string { return strings.TrimSuffix(strings.Repeat(item+",", n), ",") }
	named := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"m%d":1`, i)
		}
		return b.String()
	}
	got, err := New(nil).Read([]byte(`{"origin":"W","tags":[`+many(fault.MaxFields, "0")+`]}`), &sample{})
	require.NoError(t, err)
	require.Len(t, got.Faults, fault.MaxFields)
	for name, body := range map[string]string{
		"items":   `{"origin":"W","tags":[` + many(400_000, "0") + `]}`,
		"members": `{"origin":"W"` + named(80_000) + `}`,
		"entries": `{"origin":"W","cutoff":{"a":0` + named(80_000) + `}}`,
	} {
		into := sample{}
		_, err := New(nil).Read([]byte(body), &into)
		require.True(t, fault.Is(err, fault.BodyInvalid), "%s: %v", name, err)
		require.Len(t, fault.Of(err).Fields, fault.MaxFields, name)
		require.Equal(t, "The request has more than 100 faults. See the first 100 in errors.", fault.Of(err).Detail)
		require.LessOrEqual(t, len(into.Cutoff), fault.MaxFields+1, "it is read no further")
	}
	lines, err := New(nil).Read([]byte(`{"origin":"W","lines":[`+many(300_000, "{}")+`]}`), &sample{})
	require.NoError(t, err)
	require.Len(t, lines.Faults, 1, "that there are too many is all that is said")
}

// The members of the body are in the struct. A member that is absent has its default, or its zero value.
func TestReadFillsTheValue(t *testing.T) {
	var got sample
	read := func(body string) []fault.Field {
		got = sample{}
		read, err := New(nil).Read([]byte(body), &got)
		require.NoError(t, err)
		return read.Faults
	}
	whole := `{"origin":"P","note":"\u00e9\ud83c\udf39\/\"","checkout":false,"lines":[{"sku":"a","qty":5}],
		"cutoff":{"mon":"15:00","tue":null},"po":null,"ref":"r","big":9223372036854775807,"colour":"red","when":"2026-05-31T12:00:00Z",
		"total":{"b":[1.50],"a":null}}`
	require.Len(t, read(strings.Replace(whole, `"qty":5`, `"qty":-0`, 1)), 1, "qty is below its minimum")
	require.Empty(t, read(whole))
	require.Equal(t, "P", got.Origin)
	require.Equal(t, `é🌹/"`, *got.Note)
	require.False(t, got.Checkout)
	require.Equal(t, []sampleLine{{SKU: "a", Qty: 5}}, got.Lines)
	require.Equal(t, "15:00", *got.Cutoff["mon"])
	require.Contains(t, got.Cutoff, "tue")
	require.Nil(t, got.Cutoff["tue"])
	require.Equal(t, Opt[string]{Set: true, Null: true}, got.PO)
	require.Equal(t, Opt[string]{Set: true, Value: "r"}, got.Ref)
	require.Equal(t, "r", got.Ref.Or("now"))
	require.Equal(t, "now", got.PO.Or("now"))
	require.EqualValues(t, 9223372036854775807, got.Big)
	require.EqualValues(t, "red", got.Colour)
	require.Equal(t, 2026, got.When.Year())
	require.Equal(t, `{"a":null,"b":[1.50]}`, string(got.Total))

	require.Empty(t, read(`{"origin":"W","tags":[]}`))
	require.True(t, got.Checkout, "the default of an absent member")
	require.NotNil(t, got.Tags)
	require.Nil(t, got.Lines)
	require.Equal(t, Opt[string]{}, got.PO)
	require.Nil(t, got.Note)
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
