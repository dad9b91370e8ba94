package web

import (
	"errors"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// DecodeQuery reads the parameters into the struct that into points to, by its query tags and the constraint tags of
// strictjson.Rule. The error names every wrong parameter.
func DecodeQuery(c Request, into any) error {
	values, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return fault.New(fault.ParameterInvalid, "The query is malformed: it has a misplaced %% or ;.")
	}
	x := exchangeOf(c)
	if x.route != nil && x.route.DryRun {
		return x.reader.ReadQuery(values, into, "dry_run") // readDryRun has read it
	}
	return x.namesAlternate(x.reader.ReadQuery(values, into))
}

// namesAlternate changes the refusal of an unknown parameter: if the export of the list has it, or the list of the export, the
// refusal names that operation.
func (x *exchange) namesAlternate(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != fault.ParameterUnknown || x.route == nil || x.route.alternate == nil {
		return err
	}
	other := x.route.alternate
	takes := x.reader.QueryShape(reflect.TypeOf(other.Query)).Fields
	for _, unknown := range f.Fields {
		if unknown.Code == fault.FieldUnknown && slices.ContainsFunc(takes, func(p strictjson.Field) bool { return p.Name == unknown.Pointer }) {
			named := fault.New(f.Code, "The parameter %s is one of %s %s, which answers %s.", unknown.Pointer, other.Method, other.Path, strings.Join(other.media(), " or "))
			named.Fields = f.Fields
			return named.With("nearest", nil)
		}
	}
	return err
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
