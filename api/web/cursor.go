package web

import (
	"bytes"
	"encoding/base64"
	"encoding/json"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Position is the position of a row in a sorted list: its value of the sort key, and its id.
type Position struct {
	Value string
	ID    string
	With  bool   // the row itself belongs to the page
	Part  string // the id of a part of the row, in a list of parts
}

// cursor is a position in one list of one company, with its filters and sort. It contains no secret and gives no access beyond
// the filter, so a hash protects it and not a key. Every instance can read it, and it never expires.
type cursor struct {
	List    string `json:"l"` // a ListKey
	Value   string `json:"v"`
	ID      string `json:"i"`
	With    bool   `json:"w,omitempty"`
	Part    string `json:"p,omitempty"`
	Forward bool   `json:"f,omitempty"`
}

// EncodeCursor is the cursor of a position; nil for none.
func EncodeCursor(list string, at *Position, forward bool) *string {
	if at == nil {
		return nil
	}
	var raw bytes.Buffer
	encoder := json.NewEncoder(&raw)
	encoder.SetEscapeHTML(false)                                                 // so that no text makes a cursor longer than the parameter allows
	_ = encoder.Encode(cursor{list, at.Value, at.ID, at.With, at.Part, forward}) // encoding texts and booleans cannot fail
	text := base64.RawURLEncoding.EncodeToString(bytes.TrimSpace(raw.Bytes()))
	return &text
}

// DecodeCursor is the position that a cursor of this list names: the rows after it, or before it.
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
		return nil, nil, fault.New(fault.CursorInvalid, "The cursor does not belong to this list with these filters and this sort. Start again without it.")
	}
	at := &Position{Value: c.Value, ID: c.ID, With: c.With, Part: c.Part}
	if c.Forward {
		return at, nil, nil
	}
	return nil, at, nil
}
