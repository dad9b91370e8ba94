package api

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// The media types of this API.
const (
	mediaJSON       = "application/json"
	mediaMergePatch = "application/merge-patch+json"
	mediaProblem    = "application/problem+json"
	mediaNDJSON     = "application/x-ndjson"
	mediaCSV        = "text/csv"
	mediaHTML       = "text/html"
	mediaPDF        = "application/pdf"
)

// encode is the bytes of an answer: JSON, UTF-8, without escapes that only HTML needs. Use cases get it handed in,
// so that the answer they keep is the answer that was sent.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// answer writes v as JSON. Headers such as Location and ETag are set before it.
func answer(c request, status int, v any) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	return answerBytes(c, status, body)
}

// answerBytes writes JSON that is encoded already, such as a kept answer.
func answerBytes(c request, status int, body []byte) error {
	if err := c.Blob(status, mediaJSON, body); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}
