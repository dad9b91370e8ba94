package web

import (
	"bytes"
	"encoding/json"
	"fmt"
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

// EncodeJSON is the bytes of an answer: JSON, UTF-8, without escapes that only HTML needs. Use cases get it handed in,
// so that the answer they keep is the answer that was sent.
func EncodeJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// WriteJSON writes v as JSON. Headers such as Location and ETag are set before it.
func WriteJSON(c Request, status int, v any) error {
	body, err := EncodeJSON(v)
	if err != nil {
		return err
	}
	return WriteJSONBytes(c, status, body)
}

// WriteJSONBytes writes JSON that is encoded already, such as a kept answer.
func WriteJSONBytes(c Request, status int, body []byte) error {
	if err := c.Blob(status, MediaJSON, body); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}
