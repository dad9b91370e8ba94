package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func params(c Request) error {
	id, err := PathID(c, "order_not_found")
	if err != nil {
		return err
	}
	return WriteJSON(c, http.StatusOK, map[string]any{"id": id, "key": IdempotencyKey(c), "dry": DryRun(c), "op": Operation(c)})
}

func TestOneThingHasOneAddress(t *testing.T) {
	s := serve(t, nil, Endpoint{Route{Method: "GET", Path: "/v1/things"}, done}, Endpoint{Route{Method: "GET", Path: "/v1/things/{id}"}, params},
		Endpoint{Route{Method: "GET", Path: "/docs/", Auth: Public}, done})
	for _, path := range []string{"/v1/things/", "//v1/things", "/v1//things", "/v1/things//", "/v1/nothing", "/", "", "/V1/things", "/v1/./things", "/v1/errors/", "/v1/things/a/b"} {
		for _, method := range []string{"GET", "POST", "OPTIONS"} {
			r := s.Ask(t, method, path, "")
			require.Equal(t, 404, r.StatusCode, "%s %s", method, path)
			require.Equal(t, "route_not_found", r.Code(t))
		}
	}
	require.Equal(t, 204, s.Ask(t, "GET", "/docs/", "").StatusCode)
	for _, id := range []string{"7", "{0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80}", "0197a3c45b6e7c1d8a2f3b4c5d6e7f80", "%2F", "..%2f", "a%00", "urn:uuid:0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80"} {
		r := s.Ask(t, "GET", "/v1/things/"+id, "")
		require.Equal(t, 404, r.StatusCode, id)
		require.Equal(t, "order_not_found", r.Code(t), id)
	}
	require.Contains(t, s.Ask(t, "GET", "/v1/things/0197A3C4-5B6E-7C1D-8A2F-3B4C5D6E7F80", "").Text, `"0197a3c4-`)
}

func TestKeysAndDryRuns(t *testing.T) {
	s := serve(t, nil,
		Endpoint{Route{Method: "POST", Path: "/v1/need/{id}", Operation: "need", Key: KeyRequired, DryRun: true}, params},
		Endpoint{Route{Method: "POST", Path: "/v1/may/{id}", Operation: "may", Key: KeyHonoured}, params},
		Endpoint{Route{Method: "GET", Path: "/v1/no/{id}", Operation: "no"}, params})
	const id = "/0197a3c4-5b6e-7c1d-8a2f-3b4c5d6e7f80"
	require.Equal(t, "idempotency_key_missing", s.Ask(t, "POST", "/v1/need"+id, "").Code(t))
	require.Equal(t, 400, s.Ask(t, "POST", "/v1/need"+id+"?dry_run=false", "").StatusCode)
	r := s.Ask(t, "POST", "/v1/need"+id+"?dry_run=true", "", "Idempotency-Key: k")
	require.Contains(t, r.Text, `"dry":true`)
	require.Contains(t, r.Text, `"key":""`)
	require.Equal(t, "true", r.Header.Get("Dry-Run"))
	require.Contains(t, s.Ask(t, "POST", "/v1/may"+id, "").Text, `"key":""`)
	require.Contains(t, s.Ask(t, "POST", "/v1/may"+id, "", "Idempotency-Key: k").Text, `"key":"k"`)
	require.Contains(t, s.Ask(t, "GET", "/v1/no"+id, "", "Idempotency-Key: k").Text, `"key":""`)
	for _, bad := range []string{"?dry_run=1", "?dry_run=", "?dry_run=true&dry_run=true", "?dry_run=TRUE"} {
		require.Equal(t, []string{"dry_run " + map[bool]string{true: "field_invalid", false: "field_type"}[strings.Contains(bad, "&")]},
			s.Ask(t, "POST", "/v1/need"+id+bad, "", "Idempotency-Key: k").Faults(t), bad)
	}
	require.Equal(t, "parameter_unknown", s.Ask(t, "POST", "/v1/may"+id+"?dry_run=true", "").Code(t))

	for header, key := range map[string]string{
		"abc": "abc", `"abc"`: "abc", `"a\"b\\c"`: `a"b\c`, "8e03978e-40d5-43dd-bc93-6894a57f9324": "8e03978e-40d5-43dd-bc93-6894a57f9324",
		strings.Repeat("k", 255): strings.Repeat("k", 255), `"` + strings.Repeat("k", 255) + `"`: strings.Repeat("k", 255), "a;b=c": "a;b=c",
		strings.Repeat("k", 256): "", `""`: "", `"abc`: "", `"a"b"`: "", `"a\x"`: "", "a b": "", "a,b": "", "é": "", `a"b`: "", `"a" "b"`: "",
	} {
		got, err := parseKey([]string{header})
		require.Equal(t, key, got, header)
		require.Equal(t, key == "", err != nil, header)
	}
	_, err := parseKey([]string{""})
	require.Error(t, err)
	_, err = parseKey([]string{"a", "a"})
	require.Error(t, err)
}

func TestVersions(t *testing.T) {
	s := serve(t, nil, Endpoint{Route{Method: "GET", Path: "/v1/t"}, func(c Request) error {
		v, err := IfMatch(c)
		if err != nil {
			return err
		}
		return WriteJSON(c, http.StatusOK, v)
	}}, Endpoint{Route{Method: "GET", Path: "/v1/e"}, func(c Request) error {
		if same, err := NotModified(c, ETag(7)); same || err != nil {
			return err
		}
		return WriteJSON(c, http.StatusOK, "body")
	}})
	const none = `{"Any":false,"Versions":null}` // which matches no version
	for header, want := range map[string]string{
		"": "null", `"v7"`: `{"Any":false,"Versions":[7]}`, `*`: `{"Any":true,"Versions":null}`, `"v1", "v7"`: `{"Any":false,"Versions":[1,7]}`,
		`"v1","v8" , "v7"`: `{"Any":false,"Versions":[1,8,7]}`, `W/"v7"`: `{"Any":false,"Versions":[7]}`, `"v1", W/"v8"`: `{"Any":false,"Versions":[1,8]}`, `W/"abc"`: none, `"v07"`: none, `"abc"`: none,
		`"v7,v8"`: none, `"v-7"`: none, `"v99999999999999999999"`: none, `"v1",,"v7",`: `{"Any":false,"Versions":[1,7]}`,
		`v7`: "", `"v7`: "", `"v7" "v8"`: "", `*, "v7"`: "", `"v7", *`: "", `w/"v7"`: "", `,`: "", `7`: "",
	} {
		r := s.Ask(t, "GET", "/v1/t", "", "If-Match: "+header)
		if want == "" {
			require.Equal(t, "header_invalid", r.Code(t), header)
			continue
		}
		require.Equal(t, want, r.Text, header)
	}
	for header, status := range map[string]int{"": 200, `"v7"`: 304, `W/"v7"`: 304, `"v6", "v7"`: 304, `*`: 304, `"v6"`: 200, `v7`: 400} {
		r := s.Ask(t, "GET", "/v1/e", "", "If-None-Match: "+header)
		require.Equal(t, status, r.StatusCode, header)
		if status != 400 {
			require.Equal(t, `"v7"`, r.Header.Get("ETag"))
		} else {
			require.Empty(t, r.Header.Get("ETag"), "a problem is no version of the thing")
		}
	}
}

func TestAccept(t *testing.T) {
	s := serve(t, nil, Endpoint{Route{Method: "GET", Path: "/v1/json"}, done},
		Endpoint{Route{Method: "GET", Path: "/v1/three", Spec: Spec{Produces: []string{MediaJSON, MediaCSV, MediaNDJSON}}}, func(c Request) error {
			media, err := Accept(c)
			if err != nil {
				return err
			}
			return WriteJSON(c, http.StatusOK, media)
		}},
		Endpoint{Route{Method: "GET", Path: "/v1/list"}, done},
		Endpoint{Route{Method: "GET", Path: "/v1/list/export", Spec: Spec{Produces: ExportMedia()}}, func(c Request) error {
			_, err := Accept(c)
			return err
		}})
	require.Equal(t, "The operation answers application/json. For text/csv or application/x-ndjson call GET /v1/list/export.", s.Ask(t, "GET", "/v1/list", "", "Accept: text/csv").Problem(t)["detail"])
	require.Equal(t, "The operation answers text/csv or application/x-ndjson. For application/json call GET /v1/list.", s.Ask(t, "GET", "/v1/list/export", "", "Accept: image/png").Problem(t)["detail"])
	for header, want := range map[string]string{
		"": MediaJSON, "*/*": MediaJSON, "text/csv": MediaCSV, "text/*": MediaCSV, "application/*": MediaJSON, "text/csv;q=0.5, application/x-ndjson": MediaNDJSON,
		"application/json;q=0, */*": MediaCSV, "text/csv;header=present": MediaCSV, "TEXT/CSV": MediaCSV, "text/html, */*;q=0.1": MediaJSON,
		"text/csv;q=2": MediaJSON, "image/png": "", "*/*;q=0": "", "application/json;q=0": "",
	} {
		r := s.Ask(t, "GET", "/v1/three", "", "Accept: "+header)
		if want == "" {
			require.Equal(t, 406, r.StatusCode, header)
			require.Contains(t, r.Problem(t)["detail"], "application/json or text/csv")
			continue
		}
		require.Equal(t, `"`+want+`"`, r.Text, header)
	}
	require.Equal(t, "not_acceptable", s.Ask(t, "GET", "/v1/json", "", "Accept: text/csv").Code(t))
	require.Equal(t, 204, s.Ask(t, "GET", "/v1/json", "", "Accept: text/html, */*;q=0.1").StatusCode)
}

func TestLinks(t *testing.T) {
	for _, public := range []string{"", "https://api.example"} {
		s := serve(t, nil, Endpoint{Route{Method: "GET", Path: "/v1/t", Spec: Spec{Query: struct {
			Origin string `query:"origin"`
			Cursor string `query:"cursor"`
			Limit  int    `query:"limit"`
		}{}}}, func(c Request) error {
			SetLinks(c, public, "n+1", map[bool]string{true: "p"}[c.QueryParam("cursor") != ""])
			return done(c)
		}})
		require.Equal(t, "<"+public+`/v1/t?cursor=n%2B1&limit=5&origin=W>; rel="next"`, s.Ask(t, "GET", "/v1/t?origin=W&limit=5", "").Header.Get("Link"))
		require.Equal(t, "<"+public+`/v1/t?cursor=n%2B1>; rel="next", <`+public+`/v1/t?cursor=p>; rel="prev"`, s.Ask(t, "GET", "/v1/t?cursor=x", "").Header.Get("Link"))
	}
}

// A page of a list has the time limit of a read, and an export has that of an export, whatever its caller accepts.
func TestOnlyExportsTakeAnExportsTime(t *testing.T) {
	var left time.Duration
	noteDeadline := func(c Request) error {
		deadline, _ := c.Request().Context().Deadline()
		left = time.Until(deadline)
		return c.NoContent(http.StatusNoContent)
	}
	s := serve(t, func(o *Options) { o.RequestTimeout, o.ExportTimeout = time.Minute, time.Hour },
		Endpoint{Route{Method: "GET", Path: "/v1/list"}, noteDeadline}, Endpoint{Route{Method: "GET", Path: "/v1/list/export", Limit: Export, Spec: Spec{Produces: ExportMedia()}}, noteDeadline})
	for _, media := range []string{"", MediaJSON, "*/*", MediaNDJSON} {
		for path, limit := range map[string]time.Duration{"/v1/list": time.Minute, "/v1/list/export": time.Hour} {
			left = limit
			status := s.Ask(t, "GET", path, "", "Accept: "+media).StatusCode
			require.Equal(t, map[bool]int{true: 406, false: 204}[path == "/v1/list" && media == MediaNDJSON], status)
			require.InDelta(t, limit.Seconds(), left.Seconds(), 30, "%s as %s", path, media)
		}
	}
}
