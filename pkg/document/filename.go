package document

import (
	"strings"
	"unicode"

	"github.com/orderdesk/orderdesk/pkg/canon"
)

// FileName returns the name under which a document is saved. Characters that have a meaning to a file system or a
// browser, such as the slashes of INV/2026/000001, become a hyphen. Dots at both ends are dropped, because they would
// hide the file or mean a folder.
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
