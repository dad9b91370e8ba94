package document

import (
	"strings"
	"unicode"

	"github.com/orderdesk/orderdesk/pkg/canon"
)

// FileName returns the name under which a document is saved. What a file system or a browser would take for something else,
// such as the slashes of INV/2026/000001, becomes a hyphen. Dots at an end are dropped, so that no name hides the file or
// means a folder.
func FileName(name, extension string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case canon.Invisible(r):
			return -1
		case unicode.IsControl(r), r == unicode.ReplacementChar, strings.ContainsRune(`/\:*?"<>|%;`, r):
			return '-'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, canon.Text(name))
	name = strings.Trim(name, ". ")
	if strings.Trim(name, "-. ") == "" {
		name = "document"
	}
	return name + extension
}
