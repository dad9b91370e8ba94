package strictjson

// Opt is a member of a merge patch (RFC 7396): it tells absent, null and a value apart. Null is accepted only with
// the tag extensions:"x-nullable".
//
// A list needs no Opt: it is nil where absent, empty where [] was sent, and null is refused.
type Opt[T any] struct {
	Set   bool `json:"-"`     // the member was there
	Null  bool `json:"-"`     // and was null
	Value T    `json:"value"` // what it was, else the zero value
}

// Or is the value where one was sent, else what stands now. It does not tell null from absent.
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

// MarshalJSON writes the value as it is.
func (r Raw) MarshalJSON() ([]byte, error) {
	if r == nil {
		return []byte("null"), nil
	}
	return r, nil
}
