package strictjson

// Opt is a member of a merge patch (RFC 7396). It distinguishes absent, null and a value. Null is accepted only with
// the tag nullable:"true".
//
// A list needs no Opt: it is nil if absent and empty for []. Null is refused.
type Opt[T any] struct {
	Set   bool `json:"-"`     // the member was present
	Null  bool `json:"-"`     // the member was null
	Value T    `json:"value"` // the value, or the zero value if it was absent or null
}

// Or returns the value that was sent, or the current value if none was sent. It does not distinguish null from absent.
func (o Opt[T]) Or(now T) T {
	if o.Set && !o.Null {
		return o.Value
	}
	return now
}

func (Opt[T]) isOpt() {}

// Raw is any JSON value, in canonical bytes: for computed members that may come back unchanged. It is nil where
// absent.
// The tag type:"string" says for the API document of which type it is.
type Raw []byte

// MarshalJSON writes the value unchanged.
func (r Raw) MarshalJSON() ([]byte, error) {
	if r == nil {
		return []byte("null"), nil
	}
	return r, nil
}
