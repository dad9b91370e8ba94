package desk

import (
	"fmt"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/document"
)

// maxNamed is the number of characters that one warning names.
const maxNamed = 5

// warnUnprintable warns of characters that the document about to be issued cannot print, because an issued document cannot
// be changed. Call it before the document takes its number, because the counter is locked from then on.
func (c *change) warnUnprintable(d document.Issued) {
	missing := document.UnprintableIn(d)
	if len(missing) == 0 {
		return
	}
	var named []string
	for _, m := range missing[:min(maxNamed, len(missing))] {
		named = append(named, m.String())
	}
	if n := len(missing) - len(named); n > 0 {
		named = append(named, fmt.Sprintf("and %d more", n))
	}
	what := "invoice"
	if d.Kind == document.KindCreditNote {
		what = "credit note"
	}
	c.warn(WarnNotPrintable, fmt.Sprintf("The PDF of order %s's %s shows \uFFFD in place of: %s.", c.Number, what, strings.Join(named, "; ")))
}
