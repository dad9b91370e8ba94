package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Position is a row's place in a sorted list: its value of the sort key, and its id.
type Position struct {
	Value string
	ID    string
	With  bool // the row itself belongs to the page
}

// A cursor is a place in one list: of this company, with these filters and this sort. It holds no secret and grants
// nothing that the filter would not, so it is bound by a hash and not by a key: any instance reads it, for ever.
type cursor struct {
	List    string `json:"l"` // a ListKey
	Value   string `json:"v"`
	ID      string `json:"i"`
	With    bool   `json:"w,omitempty"`
	Forward bool   `json:"f,omitempty"`
}

// EncodeCursor is the cursor of a place; nil for none.
func EncodeCursor(list string, at *Position, forward bool) *string {
	if at == nil {
		return nil
	}
	var raw bytes.Buffer
	encoder := json.NewEncoder(&raw)
	encoder.SetEscapeHTML(false)                                        // so that no text makes a cursor longer than the parameter may be
	_ = encoder.Encode(cursor{list, at.Value, at.ID, at.With, forward}) // texts and booleans always encode
	text := base64.RawURLEncoding.EncodeToString(bytes.TrimSpace(raw.Bytes()))
	return &text
}

// DecodeCursor is the place that a cursor of this list names: after it, or before it.
func DecodeCursor(list, text string) (after, before *Position, err error) {
	if text == "" {
		return nil, nil, nil
	}
	var c cursor
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil || c.List != list {
		return nil, nil, fault.New(fault.CursorInvalid, "The cursor is not one of this list with these filters and this sort. Start again without it.")
	}
	at := &Position{Value: c.Value, ID: c.ID, With: c.With}
	if c.Forward {
		return at, nil, nil
	}
	return nil, at, nil
}
