package web

import (
	"net/url"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// DecodeQuery reads the parameters into the struct that into points to, by its query tags and the constraint tags of
// strictjson.Rule. The error names every wrong parameter.
func DecodeQuery(c Request, into any) error {
	values, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return fault.New(fault.ParameterInvalid, "The query is malformed: it has a misplaced %% or ;.")
	}
	if route := exchangeOf(c).route; route != nil && route.DryRun {
		return exchangeOf(c).reader.ReadQuery(values, into, "dry_run") // readDryRun has read it
	}
	return exchangeOf(c).reader.ReadQuery(values, into)
}

// readDryRun reads dry_run before the other parameters, since it decides whether a key is needed.
func readDryRun(c Request) (bool, error) {
	var q struct {
		DryRun bool `query:"dry_run"`
	}
	given, ok := c.Request().URL.Query()["dry_run"]
	if !ok {
		return false, nil
	}
	err := exchangeOf(c).reader.ReadQuery(url.Values{"dry_run": given}, &q)
	return q.DryRun, err
}
