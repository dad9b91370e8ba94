package document

import (
	"strconv"

	"github.com/segmentio/encoding/json"
)

// Text is a string whose JSON is null when it is empty. It reads null as the empty string.
type Text string

// MarshalJSON writes null for the empty text. HTML characters stay as they are.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return null, nil
	}
	const quotes = 2
	return json.AppendEscape(make([]byte, 0, len(t)+quotes), string(t), 0), nil
}

// Count is a number whose JSON is null when it is zero. It reads null as zero.
type Count int

// MarshalJSON writes null for zero.
func (c Count) MarshalJSON() ([]byte, error) {
	if c == 0 {
		return null, nil
	}
	return strconv.AppendInt(nil, int64(c), 10), nil
}

var null = []byte("null")
