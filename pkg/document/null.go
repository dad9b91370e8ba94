package document

import (
	"bytes"
	"encoding/json"
)

// Text is a string whose absence is null in JSON: the empty string is written null, and null is read as the empty string.
type Text string

// MarshalJSON writes null for the empty text. HTML characters stay as they are.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return quoted(string(t))
}

// Count is a number whose absence is null in JSON: zero is written null, and null is read as zero.
type Count int

// MarshalJSON writes null for zero.
func (c Count) MarshalJSON() ([]byte, error) {
	if c == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(int(c))
}

// quoted is a JSON string that leaves <, > and & alone, as the frozen bytes do everywhere.
func quoted(s string) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
