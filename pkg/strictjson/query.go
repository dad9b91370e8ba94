package strictjson

import (
	"cmp"
	"errors"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// ReadQuery reads query parameters into the struct that into points to, by its query tags (see Rule). A list may have
// commas and may be repeated, see SplitList. Any other parameter may be given only once. The caller knows the names in
// apart and reads them itself.
//
// The error has a fault for every parameter that is unknown or breaks its rule. It is parameter_unknown if one is unknown, else
// parameter_invalid. A parameter that breaks its rule keeps its zero value.
func (r *Reader) ReadQuery(values url.Values, into any, apart ...string) error {
	to := reflect.ValueOf(into).Elem()
	s := r.QueryShape(to.Type())
	var faults []fault.Field
	for i := range s.Fields {
		f := &s.Fields[i]
		if why := f.parameter(values, to); why.code != "" {
			faults = append(faults, fault.Field{Pointer: f.Name, Code: why.code, Detail: why.detail})
		}
	}
	return MergeParameters(unknownParameters(values, s, apart), InvalidParameters(faults))
}

// MergeParameters returns the faults of both errors in one: those of ReadQuery, and those that need more than the form of a
// parameter. If the first is another error, it is the result, and if it is nil, the second is.
func MergeParameters(first, second error) error {
	var f, more *fault.Error
	if first == nil || !errors.As(first, &f) || !errors.As(second, &more) || more.Code != fault.ParameterInvalid {
		return cmp.Or(first, second)
	}
	all := slices.Concat(f.Fields, more.Fields)
	switch f.Code {
	case fault.ParameterInvalid:
		return InvalidParameters(all)
	case fault.ParameterUnknown:
		f.Fields = all[:min(len(all), fault.MaxFields)]
	default:
	}
	return first
}

// InvalidParameters returns the error parameter_invalid with these faults of parameters, or nil without faults.
func InvalidParameters(faults []fault.Field) error {
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

func unknownParameters(values url.Values, s *Shape, apart []string) error {
	known := append(s.names(), apart...)
	var faults []fault.Field
	for name := range values {
		if !slices.Contains(known, name) {
			faults = append(faults, fault.Field{Pointer: ValidText(name), Code: fault.FieldUnknown, Detail: "This parameter does not exist."})
		}
	}
	if len(faults) == 0 {
		return nil
	}
	slices.SortFunc(faults, func(a, b fault.Field) int { return strings.Compare(a.Pointer, b.Pointer) })
	near := nearest(faults[0].Pointer, known)
	detail := "The parameter " + Quote(faults[0].Pointer) + " does not exist."
	var member any
	if near != "" {
		detail += " Did you mean " + near + "?"
		member = near
	}
	err := fault.New(fault.ParameterUnknown, "%s", detail).With("nearest", member)
	err.Fields = faults[:min(len(faults), fault.MaxFields)]
	return err
}

// ValidText replaces invalid UTF-8.
func ValidText(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// parameter reads one parameter, or its default if it is absent.
func (f *Field) parameter(values url.Values, to reflect.Value) breach {
	given, ok := values[f.Name]
	switch {
	case !ok && f.Required:
		return refuse(fault.FieldRequired, "Required: %s.", f.Shape.expected())
	case !ok && f.Default != nil:
		given = []string{*f.Default}
	case !ok:
		return breach{}
	}
	if slices.ContainsFunc(given, func(v string) bool { return !utf8.ValidString(v) }) {
		return refuse(fault.FieldInvalid, "Must be UTF-8.")
	}
	at := to.FieldByIndex(f.Go.Index)
	if f.Shape.Pointer {
		at.Set(reflect.New(at.Type().Elem()))
		at = at.Elem()
	}
	if f.Shape.Kind == List {
		return f.Shape.setList(at, given)
	}
	if len(given) > 1 {
		return refuse(fault.FieldInvalid, "Must be given once; it is given %d times.", len(given))
	}
	return f.Shape.set(at, canon.Text(given[0]))
}

func (s *Shape) setList(at reflect.Value, given []string) breach {
	var items []string
	for _, one := range given {
		items = append(items, SplitList(one)...)
	}
	if why := s.Rule.items(len(items)); why.code != "" {
		return why
	}
	list := reflect.MakeSlice(at.Type(), len(items), len(items))
	for i, text := range items {
		if text == "" {
			return refuse(fault.FieldInvalid, "Must not have an empty value: remove commas at the ends and double commas.")
		}
		if why := s.Elem.set(list.Index(i), canon.Text(text)); why.code != "" {
			return why
		}
	}
	at.Set(list)
	return breach{}
}

// SplitList returns the items of a list parameter, which are separated by commas, without the blanks around them. A
// comma inside an item needs a backslash before it. So does a backslash before a comma or before another backslash.
func SplitList(text string) []string {
	if !strings.Contains(text, `\`) {
		items := strings.Split(text, ",")
		for i := range items {
			items[i] = strings.TrimSpace(items[i])
		}
		return items
	}
	var items []string
	var item strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text) && (text[i+1] == ',' || text[i+1] == '\\'):
			i++
			item.WriteByte(text[i])
		case text[i] == ',':
			items = append(items, strings.TrimSpace(item.String()))
			item.Reset()
		default:
			item.WriteByte(text[i])
		}
	}
	return append(items, strings.TrimSpace(item.String()))
}
