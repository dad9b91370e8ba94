package strictjson

import (
	"maps"
	"reflect"
	"sync"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Reader reads JSON bodies and query parameters into Go structs, by the tags of their fields (see Rule). It remembers the
// shapes of the types that it has seen. It is safe for concurrent use: build one and share it.
type Reader struct {
	formats map[string]Format
	shapes  sync.Map // of shapeKey to *Shape
}

// New returns a reader with the standard formats and the caller's formats. It panics if two formats have the same name.
func New(more map[string]Format) *Reader {
	r := &Reader{formats: standardFormats()}
	for name, f := range more {
		if _, taken := r.formats[name]; taken {
			panic("strictjson: there are two formats " + name)
		}
		f.Name = name
		r.formats[name] = f
	}
	return r
}

// Formats returns all formats of the reader, by name.
func (r *Reader) Formats() map[string]Format { return maps.Clone(r.formats) }

// Body is what Read returns besides the Go value that it sets.
type Body struct {
	// Canonical is the body without white space, members sorted by name, strings escaped in one way, numbers as they were
	// written: two bodies that say the same have the same bytes.
	Canonical []byte
	// Faults is every member that breaks the rule of its tags, at most fault.MaxFields of them. Such a member keeps its zero
	// value.
	Faults []fault.Field
}

// Read reads exactly one JSON value (RFC 8259, in UTF-8) into the struct that into points to.
//
// A body that cannot be read is an error with the code json_malformed, json_trailing_data, json_too_deep,
// json_duplicate_member or json_member_case. One that can be read and breaks rules is no error: see Body.Faults.
func (r *Reader) Read(raw []byte, into any) (Body, error) {
	tree, err := parse(raw)
	if err != nil {
		return Body{}, err
	}
	var b binder
	to := reflect.ValueOf(into).Elem()
	b.bind(&tree, to, r.BodyShape(to.Type()), &place{})
	return Body{Canonical: canonical(nil, &tree), Faults: b.faults}, b.variant
}
