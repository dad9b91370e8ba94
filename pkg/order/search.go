package order

import (
	"strings"

	"github.com/orderdesk/orderdesk/pkg/canon"
)

// SearchWords returns the words by which lists find the document (see canon.Words), with a space before each. They come from
// its numbers, its customer as of placing, its references and carrier, and the SKUs of its lines.
func (o *Order) SearchWords() string {
	texts := []string{o.Number, o.CustomerCode, o.CustomerName, o.PONumber, o.ExternalReference, o.InvoiceNumber, o.Carrier}
	for i := range o.Lines {
		texts = append(texts, o.Lines[i].SKU)
	}
	words := canon.Words(texts...)
	if len(words) == 0 {
		return ""
	}
	return " " + strings.Join(words, " ")
}
