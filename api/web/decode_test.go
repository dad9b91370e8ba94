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
)

// sample is the body of these tests. Package strictjson tests how the reader takes each kind of member.
type sample struct {
	Origin string `json:"origin" enums:"W,P" required:"true"`
	Lines  []struct {
		SKU string `json:"sku" required:"true" maxLength:"5"`
		Qty int    `json:"qty" minimum:"1"`
	} `json:"lines"`
	Tags []string `json:"tags"`
}

type named struct {
	Note *string `json:"note" maxLength:"10"`
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

// A body that cannot be read is answered 400, and a body that breaks rules 422 with every fault.
func TestDecodeAnswersWhatTheReaderFinds(t *testing.T) {
	s := serve(t, nil, Endpoint{Route{Method: "POST", Path: "/v1/t"}, echoes[sample](Decode)})
	for body, code := range map[string]fault.Code{
		` `:                           fault.JSONMalformed,
		`{`:                           fault.JSONMalformed,
		"\ufeff":                      fault.JSONMalformed,
		`{"origin":"W","origin":"P"}`: fault.JSONDuplicateMember,
		`{"Origin":"W"}`:              fault.JSONMemberCase,
		strings.Repeat("[", 33):       fault.JSONTooDeep,
		`{"origin":"W"}{}`:            fault.JSONTrailingData,
	} {
		r := s.Ask(t, "POST", "/v1/t", body)
		require.Equal(t, 400, r.StatusCode, body)
		require.Equal(t, string(code), r.Code(t), body)
	}
	require.Equal(t, "json_malformed", s.Ask(t, "POST", "/v1/t", "").Code(t))
	require.Equal(t, 200, s.Ask(t, "POST", "/v1/t", `{"origin":"W"}`+"\n\t ").StatusCode)
	require.Equal(t, 200, s.Ask(t, "POST", "/v1/t", "\ufeff"+`{"origin":"W"}`).StatusCode)

	r := s.Ask(t, "POST", "/v1/t", `{"originn":1,"lines":[{"sku":"abcdef","qty":0},{"qty":"1"}]}`)
	require.Equal(t, 422, r.StatusCode)
	require.Equal(t, "body_invalid", r.Code(t))
	require.ElementsMatch(t, []string{
		"/origin field_required", "/originn field_unknown", "/lines/0/sku field_too_long", "/lines/0/qty field_out_of_range", "/lines/1/qty field_type", "/lines/1/sku field_required",
	}, r.Faults(t))
	require.Contains(t, r.Text, "Did you mean origin?")

	flood := `{"origin":"W","tags":[` + strings.TrimSuffix(strings.Repeat("0,", 400_000), ",") + `]}`
	flooded := s.Ask(t, "POST", "/v1/t", flood)
	require.Equal(t, 422, flooded.StatusCode)
	require.Len(t, flooded.Faults(t), fault.MaxFields)
	require.Contains(t, flooded.Text, "more than 100 faults")
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
		{"POST", "/v1/t", good, "Content-Type: application/json; charset=UTF8", 200},
		{"POST", "/v1/t", good, "Content-Type: application/json; charset=us-ascii", 200},
		{"POST", "/v1/t", good, "Content-Type: application/json; charset=latin1", 415},
		{"POST", "/v1/t", good, "Content-Type: application/json; version=1", 415},
		{"POST", "/v1/t", good, "Content-Type: application/merge-patch+json", 415},
		{"PATCH", "/v1/t", good, "Content-Type: application/merge-patch+json", 200},
		{"PATCH", "/v1/t", good, "Content-Type: application/json", 200},
		{"POST", "/v1/t", good, "Content-Type: text/plain", 415},
		{"POST", "/v1/t", good, "Content-Type: ;", 415},
		{"POST", "/v1/t", good, "Content-Type: ", 415},
		{"POST", "/v1/t", good, "Content-Encoding: gzip", 415},
		{"POST", "/v1/t", good, "Content-Encoding: identity", 200},
		{"POST", "/v1/o", "", "Content-Type: ", 200},
		{"POST", "/v1/o", "\r\n", "Accept: */*", 200},
		{"POST", "/v1/t", "\r\n", "Accept: */*", 400},
		{"POST", "/v1/o", `{}`, "Content-Type: ", 415},
		{"POST", "/v1/o", `{"note":"a"}`, "Accept: */*", 200},
		{"POST", "/v1/o", `{"x":"a"}`, "Accept: */*", 422},
	} {
		require.Equal(t, one.status, s.Ask(t, one.method, one.path, one.body, one.header).StatusCode, "%+v", one)
	}
	for header, why := range map[string]string{ // who sends JSON already is not told to send JSON
		"application/json; charset=latin1": `has the parameter charset=\"latin1\". Leave it out.`,
		"application/json;version=1":       `has the parameter version=\"1\". Leave it out.`,
		"text/json":                        "Send application/json.",
	} {
		require.Contains(t, s.Ask(t, "POST", "/v1/t", good, "Content-Type: "+header).Text, why)
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
