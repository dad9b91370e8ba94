package strictjson

import (
	"maps"
	"sync"
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

// Pattern returns the pattern of a format, or with an empty name that of a text without a format. A text that must be
// filled has at least one visible character.
func (r *Reader) Pattern(format string, filled bool) string {
	if f, ok := r.formats[format]; ok {
		return patternOf(&f, filled)
	}
	return patternOf(nil, filled)
}
