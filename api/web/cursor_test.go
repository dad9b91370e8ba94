package web

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// A cursor is either refused as invalid or names one place in its own list.
func FuzzCursor(f *testing.F) {
	for _, at := range []Position{{Value: "2026-11-24T17:00:00Z", ID: "a"}, {Value: "é\x00", ID: "", With: true}} {
		f.Add(*EncodeCursor("list", &at, true))
		f.Add(*EncodeCursor("list", &at, false))
	}
	f.Add("")
	f.Add("e30")
	f.Fuzz(func(t *testing.T, text string) {
		after, before, err := DecodeCursor("list", text)
		if err != nil {
			if !fault.Is(err, fault.CursorInvalid) || after != nil || before != nil {
				t.Fatalf("%q: %v %v %v", text, after, before, err)
			}
			return
		}
		if text == "" {
			return
		}
		if (after == nil) == (before == nil) {
			t.Fatalf("%q names %v and %v", text, after, before)
		}
		at, forward := before, false
		if after != nil {
			at, forward = after, true
		}
		again, againBefore, err := DecodeCursor("list", *EncodeCursor("list", at, forward))
		if !forward {
			again = againBefore
		}
		if err != nil || *again != *at {
			t.Fatalf("%q: %v came back as %v, %v", text, at, again, err)
		}
		if _, _, err := DecodeCursor("another list", text); !fault.Is(err, fault.CursorInvalid) {
			t.Fatalf("%q is of two lists: %v", text, err)
		}
	})
}
