package desk

import (
	"context"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// noticeOf is the e-mail that tells the customer's salesperson that an e-mail about the document was not delivered. It is
// nil if no notice is needed.
func noticeOf(e *email.Email, co company.Company, cu company.Customer, o *order.Order, now time.Time) *email.Email {
	if !co.EmailSalespersonOnBounce || !e.NeedsNotice(cu.SalespersonEmail) {
		return nil
	}
	content := mail.NoticeEmail{Customer: o.CustomerName, Document: strings.ToLower(o.Noun()) + " " + o.Number}
	return email.New(email.Email{
		CompanyID: e.CompanyID, ID: newID(), OrderID: e.OrderID, AboutEmailID: &e.ID, Kind: email.KindNotice,
		Recipients: []string{cu.SalespersonEmail}, Subject: cutSubject(content.Subject()), RequestID: e.RequestID,
	}, now)
}

// notify queues the notice about an e-mail that is not delivered any more, in the transaction that says so. There is one
// notice for an e-mail, however often it fails.
func notify(ctx context.Context, tx *store.Tx, e *email.Email, now time.Time) (*email.Email, error) {
	o, err := tx.Order(ctx, e.OrderID)
	if err != nil {
		return nil, err
	}
	co, err := tx.Company(ctx)
	if err != nil {
		return nil, err
	}
	cu, err := tx.Customer(ctx, o.CustomerID)
	if err != nil {
		return nil, err
	}
	notice := noticeOf(e, co, cu, &o, now)
	if notice == nil {
		return nil, nil //nolint:nilnil // no notice is needed
	}
	noticed, err := tx.NoticeAbout(ctx, e.ID)
	if err != nil || noticed {
		return nil, err
	}
	return notice, tx.CreateEmails([]email.Email{*notice})
}

// renderNotice renders the e-mail to the salesperson about an e-mail that was not delivered, as it is now.
func (s *Service) renderNotice(ctx context.Context, tenant store.Tenant, co company.Company, e email.Email, m *mail.Message) error {
	about, found, err := tenant.Email(ctx, *e.AboutEmailID)
	if err != nil || !found {
		return err
	}
	o, err := tenant.Order(ctx, e.OrderID)
	if err != nil {
		return err
	}
	data := mail.NoticeEmail{
		Seller: seller(co), Salesperson: o.SalespersonName, Customer: o.CustomerName, CustomerCode: o.CustomerCode,
		Document: strings.ToLower(o.Noun()) + " " + o.Number, URL: co.OrderLink(o.ID, s.orderURL), About: about.Subject, Reason: about.ShownError(),
		Written: document.Date(co.DayOf(about.CreatedAt).Format(time.DateOnly)),
	}
	for _, r := range about.Undelivered() {
		if r.Reason != "" {
			data.Reason = "" // each has its own
		}
		data.Recipients = append(data.Recipients, mail.Undelivered{Address: r.Address, Bounced: r.Status == email.StatusBounced, Reason: r.Reason})
	}
	m.Subject, m.Text, m.HTML = mail.Notice(data)
	return nil
}
