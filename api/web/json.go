package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"
)

// The media types of this API.
const (
	MediaJSON       = "application/json"
	mediaMergePatch = "application/merge-patch+json"
	mediaProblem    = "application/problem+json"
	MediaNDJSON     = "application/x-ndjson"
	MediaCSV        = "text/csv"
	MediaHTML       = "text/html"
	MediaPDF        = "application/pdf"
)

// EncodeJSON is the bytes of an answer: JSON, UTF-8, without escapes that only HTML needs. A use case gets the
// encoder as an argument, so that the answer it stores is the answer that was sent.
func EncodeJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	return encodeJSON(&out, v)
}

// encodeJSON encodes v into an empty buffer, whose bytes it returns.
func encodeJSON(out *bytes.Buffer, v any) ([]byte, error) {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// answers are buffers of answers that were written. A page of orders has 60 KB.
var answers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// largestKept is the size above which a buffer is not kept.
const largestKept = 1 << 18

// WriteJSON writes v as JSON. Set headers such as Location and ETag before it.
func WriteJSON(c Request, status int, v any) error {
	out := answers.Get().(*bytes.Buffer) //nolint:errcheck // only buffers go in
	out.Reset()
	defer func() {
		if out.Cap() <= largestKept {
			answers.Put(out)
		}
	}()
	body, err := encodeJSON(out, v)
	if err != nil {
		return err
	}
	return WriteJSONBytes(c, status, body)
}

// WriteJSONBytes writes encoded JSON, such as a stored answer.
func WriteJSONBytes(c Request, status int, body []byte) error {
	if err := c.Blob(status, MediaJSON, body); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}
