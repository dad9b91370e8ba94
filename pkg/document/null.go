package document

import (
	"bytes"
	"encoding/json"
)

// Text is a string whose JSON is null when it is empty. It reads null as the empty string.
type Text string

// MarshalJSON writes null for the empty text. HTML characters stay as they are.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return quoted(string(t))
}

// Count is a number whose JSON is null when it is zero. It reads null as zero.
type Count int

// MarshalJSON writes null for zero.
func (c Count) MarshalJSON() ([]byte, error) {
	if c == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(int(c))
}

// quoted returns a JSON string that does not escape <, > and &, like the rest of the frozen bytes.
func quoted(s string) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
