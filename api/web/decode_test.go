package web

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
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
	Origin   string                 `json:"origin" enums:"W,P" required:"true"`
	Checkout bool                   `json:"checkout" default:"true"`
	Lines    []sampleLine           `json:"lines" minItems:"1" maxItems:"3"`
	Tags     []string               `json:"tags" maxLength:"3"`
	Cutoff   map[string]*string     `json:"cutoff" maxLength:"5" pattern:"^[0-9]{2}:[0-9]{2}$"`
	PO       strictjson.Opt[string] `json:"po" maxLength:"4" nullable:"true"`
	Ref      strictjson.Opt[string] `json:"ref" maxLength:"4"`
	Small    int32                  `json:"small"`
	Big      int64                  `json:"big" format:"int64"`
	Ship     string                 `json:"ship_date" format:"date"`
	At       string                 `json:"at" format:"date-time"`
	ID       string                 `json:"id" format:"uuid"`
	Mail     string                 `json:"mail" format:"email"`
	Colour   colour                 `json:"colour"`
	When     *time.Time             `json:"when" format:"date-time"`
	Total    strictjson.Raw         `json:"total"`
	Slash    string                 `json:"a/b~c" maxLength:"1"`
}

// echoes answers the decoded value, with the fingerprint in a header.
func echoes[T any](read func(Request, any) error) func(Request) error {
	return func(c Request) error {
		var body T
		if err := whole(read, c, &body); err != nil {
			return err
		}
		c.Response().Header().Set("Fingerprint", fmt.Sprintf("%x", Fingerprint(c)))
		return WriteJSON(c, http.StatusOK, body)
	}
}

// whole reads a body for a test's route and returns its faults as a use case does.
func whole(read func(Request, any) error, c Request, into any) error {
	if err := read(c, into); err != nil {
		return err
	}
	if faults := BodyFaults(c); len(faults) > 0 {
		return fault.InvalidBody(faults)
	}
	return nil
}

func TestDecodeRefusesWhatItCannotRead(t *testing.T) {
	s := serve(t, nil, Endpoint{Route{Method: "POST", Path: "/v1/t"}, echoes[sample](Decode)})
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
		"\ufeff{}":                             fault.JSONMalformed,
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
		r := s.Ask(t, "POST", "/v1/t", body)
		if code == "" {
			require.Equal(t, 200, r.StatusCode, body+r.Text)
			continue
		}
		require.Equal(t, 400, r.StatusCode, body)
		require.Equal(t, string(code), r.Code(t), body)
	}
	many := `{"origin":"W"`
	for i := range 30 {
		many += fmt.Sprintf(`,"m%d":1`, i)
	}
	require.Equal(t, "json_duplicate_member", s.Ask(t, "POST", "/v1/t", many+`,"M29":1}`).Code(t))
	require.Equal(t, "body_invalid", s.Ask(t, "POST", "/v1/t", many+`}`).Code(t))
	require.Equal(t, "json_malformed", s.Ask(t, "POST", "/v1/t", "").Code(t))
}

func TestDecodeNamesEveryFaultOfTheContent(t *testing.T) {
	s := serve(t, nil, Endpoint{Route{Method: "POST", Path: "/v1/t"}, echoes[sample](Decode)})
	for body, want := range map[string][]string{
		`{}`:                                   {"/origin field_required"},
		`null`:                                 {" field_type"},
		`[]`:                                   {" field_type"},
		`{"origin":null}`:                      {"/origin field_type"},
		`{"origin":"w"}`:                       {"/origin field_invalid"},
		`{"origin":7,"lines":{},"tags":"a"}`:   {"/origin field_type", "/lines field_type", "/tags field_type"},
		`{"origin":"W","lines":[]}`:            {"/lines field_required"},
		`{"origin":"W","lines":[{},{},{},{}]}`: {"/lines field_too_long"},
		`{"origin":"W","lines":[{"sku":"","qty":0},{"sku":"äöüßéx","qty":501,"unit_price":1.5},{"qty":1.0}]}`: {
			"/lines/0/sku field_required", "/lines/0/qty field_out_of_range", "/lines/1/sku field_too_long",
			"/lines/1/qty field_out_of_range", "/lines/1/unit_price field_type", "/lines/2/qty field_type", "/lines/2/sku field_required"},
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
		r := s.Ask(t, "POST", "/v1/t", body)
		if want == nil {
			require.Equal(t, 200, r.StatusCode, body+r.Text)
			continue
		}
		require.Equal(t, 422, r.StatusCode, body)
		require.Equal(t, "body_invalid", r.Code(t))
		require.ElementsMatch(t, want, r.Faults(t), body)
	}
	require.Contains(t, s.Ask(t, "POST", "/v1/t", `{"origin":"W","originn":1}`).Text, "Did you mean origin?")

	flood := `{"origin":"W","tags":[` + strings.TrimSuffix(strings.Repeat("0,", 400_000), ",") + `]}`
	require.Len(t, s.Ask(t, "POST", "/v1/t", flood).Faults(t), fault.MaxFields)
}

func TestDecodeFillsTheValue(t *testing.T) {
	var got sample
	s := serve(t, nil, Endpoint{Route{Method: "PATCH", Path: "/v1/t"}, func(c Request) error {
		if err := whole(Decode, c, &got); err != nil {
			return err
		}
		return done(c)
	}})
	r := s.Ask(t, "PATCH", "/v1/t", `{"origin":"P","note":"\u00e9\ud83c\udf39\/\"","checkout":false,"lines":[{"sku":"a","qty":-0}],
		"cutoff":{"mon":"15:00","tue":null},"po":null,"ref":"r","big":9223372036854775807,"colour":"red","when":"2026-05-31T12:00:00Z",
		"total":{"b":[1.50],"a":null}}`, "Content-Type: application/merge-patch+json; charset=UTF-8")
	require.Equal(t, 422, r.StatusCode, "qty is below its minimum")
	got = sample{}
	r = s.Ask(t, "PATCH", "/v1/t", strings.ReplaceAll(`{"origin":"P","note":"\u00e9\ud83c\udf39\/\"","checkout":false,"lines":[{"sku":"a","qty":5}],
		"cutoff":{"mon":"15:00","tue":null},"po":null,"ref":"r","big":9223372036854775807,"colour":"red","when":"2026-05-31T12:00:00Z",
		"total":{"b":[1.50],"a":null}}`, "\n", " "), "Content-Type: application/merge-patch+json; charset=UTF-8")
	require.Equal(t, 204, r.StatusCode, r.Text)
	require.Equal(t, "P", got.Origin)
	require.Equal(t, `é🌹/"`, *got.Note)
	require.False(t, got.Checkout)
	require.Equal(t, []sampleLine{{SKU: "a", Qty: 5}}, got.Lines)
	require.Equal(t, "15:00", *got.Cutoff["mon"])
	require.Contains(t, got.Cutoff, "tue")
	require.Nil(t, got.Cutoff["tue"])
	require.Equal(t, strictjson.Opt[string]{Set: true, Null: true}, got.PO)
	require.Equal(t, strictjson.Opt[string]{Set: true, Value: "r"}, got.Ref)
	require.Equal(t, "r", got.Ref.Or("now"))
	require.Equal(t, "now", got.PO.Or("now"))
	require.EqualValues(t, 9223372036854775807, got.Big)
	require.EqualValues(t, "red", got.Colour)
	require.Equal(t, 2026, got.When.Year())
	require.Equal(t, `{"a":null,"b":[1.50]}`, string(got.Total))

	got = sample{}
	require.Equal(t, 204, s.Ask(t, "PATCH", "/v1/t", `{"origin":"W","tags":[]}`).StatusCode)
	require.True(t, got.Checkout, "the default of an absent member")
	require.NotNil(t, got.Tags)
	require.Nil(t, got.Lines)
	require.Equal(t, strictjson.Opt[string]{}, got.PO)
	require.Nil(t, got.Note)
}

func TestDecodeLooksAtTheHeaders(t *testing.T) {
	s := serve(t, nil,
		Endpoint{Route{Method: "POST", Path: "/v1/t"}, echoes[sample](Decode)},
		Endpoint{Route{Method: "PATCH", Path: "/v1/t"}, echoes[sample](Decode)},
		Endpoint{Route{Method: "POST", Path: "/v1/o", Spec: Spec{BodyOptional: true}}, echoes[named](Decode)})
	good := `{"origin":"W"}`
	for _, one := range []struct {
		method, path, body, header string
		status                     int
	}{
		{"POST", "/v1/t", good, "Content-Type: application/json", 200},
		{"POST", "/v1/t", good, "Content-Type: Application/JSON; Charset=utf-8", 200},
		{"POST", "/v1/t", good, "Content-Type: application/json; charset=latin1", 415},
		{"POST", "/v1/t", good, "Content-Type: application/merge-patch+json", 415},
		{"PATCH", "/v1/t", good, "Content-Type: application/merge-patch+json", 200},
		{"PATCH", "/v1/t", good, "Content-Type: application/json", 200},
		{"POST", "/v1/t", good, "Content-Type: text/plain", 415},
		{"POST", "/v1/t", good, "Content-Type: ;", 415},
		{"POST", "/v1/t", good, "Content-Type: ", 415},
		{"POST", "/v1/t", good, "Content-Encoding: gzip", 415},
		{"POST", "/v1/t", good, "Content-Encoding: identity", 200},
		{"POST", "/v1/o", "", "Content-Type: ", 200},
		{"POST", "/v1/o", `{}`, "Content-Type: ", 415},
		{"POST", "/v1/o", `{"note":"a"}`, "Accept: */*", 200},
		{"POST", "/v1/o", `{"x":"a"}`, "Accept: */*", 422},
	} {
		require.Equal(t, one.status, s.Ask(t, one.method, one.path, one.body, one.header).StatusCode, "%+v", one)
	}
}

func TestDecodeLimitsTheBody(t *testing.T) {
	s := serve(t, nil, Endpoint{Route{Method: "POST", Path: "/v1/t"}, echoes[sample](Decode)})
	fits := `{"origin":"W"}` + strings.Repeat(" ", maxBody-14)
	for _, chunked := range []bool{false, true} {
		for body, status := range map[string]int{fits: 200, fits + " ": 413, strings.Repeat(fits, 3): 413} {
			var reader io.Reader = strings.NewReader(body)
			if chunked {
				reader = io.MultiReader(reader) // hides the length
			}
			req, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/v1/t", reader)
			require.NoError(t, err)
			req.Header.Set("Authorization", "Bearer c1/anna/Admin")
			req.Header.Set("Content-Type", MediaJSON)
			r := s.Send(t, req)
			require.Equal(t, status, r.StatusCode, "%d bytes, chunked %v", len(body), chunked)
			if status == 413 {
				require.Equal(t, "body_too_large", r.Code(t))
			}
		}
	}
}

// A too large length is refused before the body is read.
func TestDecodeRefusesALengthUnread(t *testing.T) {
	s := serve(t, nil, Endpoint{Route{Method: "POST", Path: "/v1/t", Auth: Public}, echoes[sample](Decode)})
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
	_, err = fmt.Fprintf(conn, "POST /v1/t HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", maxBody+1)
	require.NoError(t, err)
	status := make([]byte, 12)
	_, err = io.ReadFull(conn, status)
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 413", string(status))
}

// A route that names another body than its handler reads would make the API document lie: its first request fails.
func TestDecodeReadsWhatTheRouteNames(t *testing.T) {
	s := serve(t, nil,
		Endpoint{Route{Method: "POST", Path: "/v1/same", Operation: "same", Spec: Spec{Body: sample{}}}, echoes[sample](Decode)},
		Endpoint{Route{Method: "POST", Path: "/v1/other", Operation: "other", Spec: Spec{Body: named{}}}, echoes[sample](Decode)})
	require.NotEqual(t, 500, s.Ask(t, "POST", "/v1/same", `{"origin":"W"}`).StatusCode)
	require.Equal(t, 500, s.Ask(t, "POST", "/v1/other", `{"origin":"W"}`).StatusCode)
}

func TestFingerprint(t *testing.T) {
	s := serve(t, nil, Endpoint{Route{Method: "POST", Path: "/v1/t/{id}", DryRun: true, Spec: Spec{BodyOptional: true, Query: struct {
		A string `query:"a"`
		B string `query:"b"`
	}{}}}, echoes[sample](Decode)},
		Endpoint{Route{Method: "PATCH", Path: "/v1/t/{id}", Spec: Spec{BodyOptional: true}}, echoes[sample](Decode)},
		Endpoint{Route{Method: "POST", Path: "/v1/u/{id}", Spec: Spec{BodyOptional: true}}, echoes[sample](Decode)},
		Endpoint{Route{Method: "POST", Path: "/v1/none"}, func(c Request) error {
			Fingerprint(c)
			return done(c)
		}})
	of := func(method, target, body string, headers ...string) string {
		r := s.Ask(t, method, target, body, headers...)
		require.Equal(t, 200, r.StatusCode, r.Text)
		return r.Header.Get("Fingerprint")
	}
	same := of("POST", "/v1/t/1?a=x&b=y", `{"origin":"W","lines":[{"sku":"é","qty":2}]}`)
	require.Equal(t, same, of("POST", "/v1/t/1?b=y&a=x&dry_run=true", " {\n\"lines\" : [ {\"qty\":2, \"sku\":\"\\u00e9\"}], \"origin\":\"W\"}"))
	for _, other := range []string{
		of("POST", "/v1/t/1?a=x&b=y", `{"origin":"W","lines":[{"sku":"é","qty":3}]}`),
		of("POST", "/v1/t/2?a=x&b=y", `{"origin":"W","lines":[{"sku":"é","qty":2}]}`),
		of("POST", "/v1/t/1?a=x&b=z", `{"origin":"W","lines":[{"sku":"é","qty":2}]}`),
		of("POST", "/v1/u/1", `{"origin":"W","lines":[{"sku":"é","qty":2}]}`),
		of("PATCH", "/v1/t/1", `{"origin":"W","lines":[{"sku":"é","qty":2}]}`),
		of("POST", "/v1/t/1?a=x&b=y", `{"origin":"W","lines":[{"sku":"é","qty":2}]}`, `If-Match: "v7"`),
	} {
		require.NotEqual(t, same, other)
	}
	require.Equal(t, 500, s.Ask(t, "POST", "/v1/none", `{}`).StatusCode, "a fingerprint that knows no body is a defect")
	require.Equal(t, 204, s.Ask(t, "POST", "/v1/none", "").StatusCode)
}
