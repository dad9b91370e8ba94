package store

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
)

// EmailFilter names the document whose e-mails are listed, and its checkout.
type EmailFilter struct {
	OrderID    string
	CheckoutID string // of the document
	Limit      int
	After      *Position
}

// EmailPage is one page of e-mails. Next is nil at the end.
type EmailPage struct {
	Emails []email.Email
	Next   *Position
}

// Emails returns one page of the e-mails about a document, newest first. It includes the e-mails about the document's checkout,
// to the salesperson and to the customer.
func (r reader) Emails(ctx context.Context, f EmailFilter) (EmailPage, error) {
	p, err := page(ctx, r, emailTable, f, f.request())
	return EmailPage{p.Rows, p.Next}, err
}

func (f EmailFilter) request() keyset.Request {
	return keyset.Request{Sort: Sort{Key: "created_at", Desc: true}, Window: Window{Limit: f.Limit, After: f.After}}
}

var emailTable = &keyset.Table[EmailFilter, email.Email]{
	Name: "emails", Scope: scope, Columns: emailColumns, ID: func(e *email.Email) string { return e.ID },
	Sorts: map[SortKey]keyset.Column[email.Email]{
		"created_at": keyset.ByTime("created_at", func(e *email.Email) time.Time { return e.CreatedAt }),
	},
	Filters: []keyset.Filter[EmailFilter]{
		{
			Name:   "order",
			Narrow: func(f *EmailFilter) bool { return keyset.UUID(f.OrderID) && keyset.UUID(f.CheckoutID) },
			Where:  func(_ string, f *EmailFilter) (string, []any) { return keyset.AnyBranch(ofOrderOrCheckout("", f)) },
		},
	},
	Indexes: []keyset.Index[EmailFilter]{
		{Name: "emails_order, emails_checkout, emails_received", Filters: []string{"order"}, Sorted: "created_at", Branches: ofOrderOrCheckout},
	},
}

// ofOrderOrCheckout selects the e-mails of a document, and the e-mails about its checkout if they belong to another
// document.
func ofOrderOrCheckout(_ string, f *EmailFilter) []keyset.Branch {
	return []keyset.Branch{
		{Where: "order_id = ?", Args: []any{f.OrderID}},
		{Where: "checkout_id = ? AND kind = 'order_placed' AND order_id <> ?", Args: []any{f.CheckoutID, f.OrderID}},
		{Where: "checkout_id = ? AND kind = 'order_received' AND order_id <> ?", Args: []any{f.CheckoutID, f.OrderID}},
	}
}
