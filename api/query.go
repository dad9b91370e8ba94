package api

import (
	"net/url"
	"reflect"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// query reads the parameters into the struct that into points to, by its query tags and the constraint tags of rule.
// A list takes commas and repetition alike; anything else is given once. Every wrong parameter is named at once.
func query(c request, into any) error {
	values, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return fault.New(fault.ParameterInvalid, "The query is not well-formed: a %% or ; is misplaced.")
	}
	if route := callOf(c).route; route != nil && route.DryRun {
		values.Del("dry_run") // the wrapper has read it
	}
	to := reflect.ValueOf(into).Elem()
	s := shapeOf(to.Type(), "query")
	if err := unknownParameters(c, values, s); err != nil {
		return err
	}
	var faults []fault.Field
	for i := range s.fields {
		f := &s.fields[i]
		if why := f.parameter(values, to); why.code != "" {
			faults = append(faults, fault.Field{Pointer: f.name, Code: why.code, Detail: why.detail})
		}
	}
	return invalidParameters(faults)
}

// invalidParameters is the fault of parameters with wrong values, or nil.
func invalidParameters(faults []fault.Field) error {
	if len(faults) == 0 {
		return nil
	}
	names := make([]string, len(faults))
	for i, f := range faults {
		names[i] = f.Pointer
	}
	err := fault.New(fault.ParameterInvalid, "Invalid: %s; errors says why.", strings.Join(names, ", "))
	err.Fields = faults
	return err
}

func unknownParameters(c request, values url.Values, s *shape) error {
	known := s.names()
	if route := callOf(c).route; route != nil && route.DryRun {
		known = append(known, "dry_run")
	}
	var faults []fault.Field
	for name := range values {
		if s.find(name) < 0 {
			faults = append(faults, fault.Field{Pointer: quotable(name), Code: fault.FieldUnknown, Detail: "There is no such parameter."})
		}
	}
	if len(faults) == 0 {
		return nil
	}
	sort.Slice(faults, func(i, j int) bool { return faults[i].Pointer < faults[j].Pointer })
	near := nearest(faults[0].Pointer, known)
	detail := "There is no parameter " + quoted(faults[0].Pointer) + "."
	var member any
	if near != "" {
		detail += " The nearest is " + near + "."
		member = near
	}
	err := fault.New(fault.ParameterUnknown, "%s", detail).With("nearest", member)
	err.Fields = faults[:min(len(faults), fault.MaxFields)]
	return err
}

// quotable makes UTF-8 of a name that may be any bytes.
func quotable(name string) string { return strings.ToValidUTF8(name, "\uFFFD") }

// parameter reads one parameter, given or not.
func (f *field) parameter(values url.Values, to reflect.Value) breach {
	given, ok := values[f.name]
	switch {
	case !ok && f.required:
		return refuse(fault.FieldRequired, "Required: %s.", f.shape.expected())
	case !ok && f.fallback != nil:
		given = []string{*f.fallback}
	case !ok:
		return breach{}
	}
	if slices.ContainsFunc(given, func(v string) bool { return !utf8.ValidString(v) }) {
		return refuse(fault.FieldInvalid, "Must be UTF-8.")
	}
	at := to.FieldByIndex(f.index)
	if f.shape.pointer {
		at.Set(reflect.New(at.Type().Elem()))
		at = at.Elem()
	}
	if f.shape.kind == listKind {
		return f.shape.setList(at, given)
	}
	if len(given) > 1 {
		return refuse(fault.FieldInvalid, "Is given %d times; give it once.", len(given))
	}
	return f.shape.set(at, given[0])
}

func (s *shape) setList(at reflect.Value, given []string) breach {
	var items []string
	for _, one := range given {
		items = append(items, strings.Split(one, ",")...)
	}
	if why := s.rule.items(len(items)); why.code != "" {
		return why
	}
	list := reflect.MakeSlice(at.Type(), len(items), len(items))
	for i, text := range items {
		if text == "" {
			return refuse(fault.FieldInvalid, "Holds an empty value.")
		}
		if why := s.elem.set(list.Index(i), text); why.code != "" {
			return why
		}
	}
	at.Set(list)
	return breach{}
}

// readDryRun reads dry_run apart from the other parameters, since it decides whether a key is needed.
func readDryRun(c request) (bool, error) {
	var q struct {
		DryRun bool `query:"dry_run"`
	}
	values := c.Request().URL.Query()
	s := shapeOf(reflect.TypeOf(q), "query")
	if why := s.fields[0].parameter(values, reflect.ValueOf(&q).Elem()); why.code != "" {
		return false, invalidParameters([]fault.Field{{Pointer: "dry_run", Code: why.code, Detail: why.detail}})
	}
	return q.DryRun, nil
}
