package web

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

type sampleQuery struct {
	Origin       []string `query:"origin" enums:"W,P,S,X"`
	Limit        int      `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Q            string   `query:"q" maxLength:"5"`
	ShipDateFrom string   `query:"ship_date_from" format:"date"`
	Open         *bool    `query:"open"`
	IDs          []int    `query:"ids" form:"ids" minimum:"1" maxItems:"3"`
	Must         string   `query:"must" required:"true"`
}

func queries(c Request) error {
	var q sampleQuery
	if err := DecodeQuery(c, &q); err != nil {
		return err
	}
	return WriteJSON(c, http.StatusOK, q)
}

func TestQueryRefusesWithEveryFault(t *testing.T) {
	s := serve(t, nil,
		Endpoint{Route{Method: "GET", Path: "/v1/q", Spec: Spec{Query: sampleQuery{}}}, queries},
		Endpoint{Route{Method: "POST", Path: "/v1/none", DryRun: true}, done})
	for target, want := range map[string][]string{
		"/v1/q?must=a&limit=0":                          {"limit field_out_of_range"},
		"/v1/q?limit=201":                               {"limit field_out_of_range", "must field_required"},
		"/v1/q?must=a&limit=1.0":                        nil, // as in a body
		"/v1/q?must=a&limit=1.5":                        {"limit field_type"},
		"/v1/q?must=a&limit=1.":                         {"limit field_type"},
		"/v1/q?must=a&limit=1e0":                        {"limit field_type"},
		"/v1/q?must=a&limit=%2B1":                       {"limit field_type"},
		"/v1/q?must=a&limit=":                           {"limit field_type"},
		"/v1/q?must=a&limit=99999999999999999999":       {"limit field_out_of_range"},
		"/v1/q?must=a&limit=1&limit=2":                  {"limit field_invalid"},
		"/v1/q?must=a&q=a&q=a":                          {"q field_invalid"},
		"/v1/q?must=a&q=%C3%A4%C3%A4%C3%A4%C3%A4%C3%A4": nil,
		"/v1/q?must=a&q=aaaaaa&origin=W,Z&open=yes":     {"q field_too_long", "origin field_invalid", "open field_type"},
		"/v1/q?must=a&origin=W,&ids=1,0":                {"origin field_invalid", "ids field_out_of_range"},
		"/v1/q?must=a&ids=1,2,3,4":                      {"ids field_too_long"},
		"/v1/q?must=a&q=%00":                            {"q field_invalid"},
		"/v1/q?must=a&q=%FF":                            {"q field_invalid"},
		"/v1/q?must=a&ship_date_from=2026-13-01":        {"ship_date_from field_invalid"},
	} {
		r := s.Ask(t, "GET", target, "")
		if want == nil {
			require.Equal(t, 200, r.StatusCode, target+r.Text)
			continue
		}
		require.Equal(t, 400, r.StatusCode, target)
		require.Equal(t, "parameter_invalid", r.Code(t), target)
		require.ElementsMatch(t, want, r.Faults(t), target)
	}
	require.Equal(t, "parameter_invalid", s.Ask(t, "GET", "/v1/q?q=%zz", "").Code(t))
	require.Equal(t, "parameter_invalid", s.Ask(t, "GET", "/v1/q?a;b", "").Code(t))
	for target, near := range map[string]any{
		"/v1/q?must=a&originn=W": "origin", "/v1/q?Limit=1": "limit", "/v1/q?xyzzy=1": nil, "/v1/q?must=a&ship_date=1": nil,
		"/v1/none?limit=1": nil, "/v1/none?dryrun=1": "dry_run", "/livez?dry_run=true": nil,
	} {
		p := s.Ask(t, map[bool]string{true: "POST", false: "GET"}[target[:5] == "/v1/n"], target, "").Problem(t)
		require.Equal(t, "parameter_unknown", p["code"], target)
		if near != nil {
			require.Equal(t, near, p["nearest"], target)
		}
		require.Contains(t, p, "nearest")
	}
}

func TestQueryFillsTheValue(t *testing.T) {
	var got sampleQuery
	s := serve(t, nil, Endpoint{Route{Method: "GET", Path: "/v1/q", Spec: Spec{Query: sampleQuery{}}}, func(c Request) error {
		got = sampleQuery{}
		if err := DecodeQuery(c, &got); err != nil {
			return err
		}
		return done(c)
	}})
	require.Equal(t, 204, s.Ask(t, "GET", "/v1/q?origin=W,P&origin=S&must=x+y&open=false&ids=3", "").StatusCode)
	no := false
	require.Equal(t, sampleQuery{Origin: []string{"W", "P", "S"}, Limit: 50, Open: &no, IDs: []int{3}, Must: "x y"}, got)
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"origin=W,P&limit=3", "a;b", "q=%00", "origin=&ids=1,,2", "LIMIT=1"} {
		f.Add(seed)
	}
	s := &fuzzed{}
	f.Fuzz(func(t *testing.T, raw string) {
		status, problem := s.ask(raw)
		if status != 200 && status != 400 {
			t.Fatalf("%q answered %d %s", raw, status, problem)
		}
		values, err := url.ParseQuery(raw)
		if status == 200 && (err != nil || len(values["limit"]) > 1 || values.Get("must") == "" && !values.Has("must")) {
			t.Fatalf("%q was accepted", raw)
		}
	})
}
