package events

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Cursor is a place in the feed. It stays valid as long as the feed does, for any filter. The zero Cursor is the beginning of
// whatever feed there is.
type Cursor struct {
	feed string
	at   store.FeedPosition
}

// CursorBehind returns the place behind an event of the feed with this id.
func CursorBehind(feed string, e *Event) Cursor { return Cursor{feed, e.Position()} }

// String returns the cursor as clients keep it.
func (c Cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s.%d.%d", c.feed, c.at.Pos, c.at.Seq))
}

// ParseCursor reads what String returned. Any other text is the fault cursor_invalid.
func ParseCursor(text string) (Cursor, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	parts := strings.Split(string(raw), ".")
	if err != nil || len(parts) != 3 || parts[0] == "" {
		return Cursor{}, invalidCursor()
	}
	pos, err1 := strconv.ParseInt(parts[1], 10, 64)
	seq, err2 := strconv.ParseInt(parts[2], 10, 64)
	if err1 != nil || err2 != nil || pos < 0 || seq < 0 {
		return Cursor{}, invalidCursor()
	}
	return Cursor{parts[0], store.FeedPosition{Pos: pos, Seq: seq}}, nil
}

func invalidCursor() error {
	return fault.New(fault.CursorInvalid, "The cursor is not one of the feed. Send a page.next_cursor or the id of an event of the stream, latest, or none.")
}

// gone is the fault of a cursor of a feed that no longer exists.
func gone() error {
	return fault.New(fault.CursorGone, "The database was restored, so this cursor has no place in the feed of events. Take a new one with after=latest, then list what changed with updated_since.")
}

// Position returns the place of a cursor in the feed with this id. A cursor of another feed is the fault cursor_gone.
func (c Cursor) Position(feed string) (store.FeedPosition, error) {
	if c.feed != "" && c.feed != feed {
		return store.FeedPosition{}, gone()
	}
	return c.at, nil
}

// CursorAt returns the cursor of a place in the feed with this id.
func CursorAt(feed string, at store.FeedPosition) Cursor { return Cursor{feed, at} }
