package desk

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// How much staff may mail in 24 hours.
const (
	emailsPerOrder       = 20
	recipientsPerCompany = 2000 // a recipient counts once for each e-mail
)

// ManualEmail is an e-mail that staff write to a customer about a document. Empty members get defaults: the customer's
// addresses, and a subject and a message that fit the document.
type ManualEmail struct {
	To, Cc           []string
	Subject, Message string
}

// EmailRefusals is the codes of Email's refusals, except those that every write of an order shares.
var EmailRefusals = append(order.Refusals(order.Email), fault.EmailLimitReached)

// Email sends a document by e-mail, as Print returns it. It takes no number.
//
// Faults: order_not_found, role_not_allowed, and [EmailRefusals]; body_invalid if there is no recipient.
func (s *Service) Email(ctx context.Context, call Call, id string, in ManualEmail, encode Encode[email.Email]) (Reply, error) {
	return once(ctx, s, call, encode, func(u unit) (email.Email, error) {
		c, err := u.load(ctx, id)
		if err != nil {
			return email.Email{}, err
		}
		if err := c.guard(order.Email).Err(); err != nil {
			return email.Email{}, err
		}
		to := in.To
		if len(to) == 0 {
			to = c.customer.Emails
		}
		if err := call.MergeFaults(fault.InvalidBody(c.recipientFaults(to, in.Cc))); err != nil {
			return email.Email{}, err
		}
		if err := u.withinEmailLimits(ctx, c.ID, len(to)+len(in.Cc)); err != nil {
			return email.Email{}, err
		}
		subject := cmp.Or(in.Subject, manualSubject(c.company, &c.Order))
		c.mailCustomer(email.Email{Kind: email.KindManual, Recipients: to, Cc: in.Cc, Subject: subject, Message: in.Message})
		if err := u.save(c); err != nil {
			return email.Email{}, err
		}
		u.tx.ShowEmailStatus(&c.emails[0], c.stamp)
		return c.emails[0], u.wake(ctx, c)
	})
}

// recipientFaults is the faults of the recipients of a manual e-mail: that there are none, or those that the company's setting does
// not permit.
func (c *change) recipientFaults(to, cc []string) []fault.Field {
	if len(to) == 0 {
		return []fault.Field{{Pointer: "/to", Code: fault.FieldRequired, Detail: "The customer has no e-mail address. Send the recipients in to."}}
	}
	known := append([]string{c.customer.SalespersonEmail, c.call.Actor.Email}, c.customer.Emails...)
	var faults []fault.Field
	for _, list := range []struct {
		pointer   string
		addresses []string
	}{{"/to/", to}, {"/cc/", cc}} {
		for _, i := range c.company.EmailRecipients.UnknownRecipients(list.addresses, known...) {
			faults = append(faults, fault.Field{Pointer: list.pointer + strconv.Itoa(i), Code: fault.FieldNotAllowed, Detail: "The company e-mails documents to the customer's " +
				"addresses, its salesperson and yourself alone. Add the address to the customer, or ask an Admin to set email_recipients to any."})
		}
	}
	return faults
}

// withinEmailLimits refuses an e-mail to this many recipients if it would exceed a limit of the last 24 hours.
func (u unit) withinEmailLimits(ctx context.Context, orderID string, recipients int) error {
	since := u.now.Add(-24 * time.Hour)
	ofOrder, mailed, err := u.tx.CountManualEmails(ctx, orderID, since)
	if err != nil {
		return err
	}
	if ofOrder >= emailsPerOrder || mailed+recipients > recipientsPerCompany {
		full, err := u.tx.EmailLimitSince(ctx, orderID, since, emailsPerOrder, recipientsPerCompany-recipients)
		if err != nil {
			return err
		}
		return fault.New(fault.EmailLimitReached, "Within 24 hours, at most %d manual e-mails can be sent for an order, and to %d recipients for a company.",
			emailsPerOrder, recipientsPerCompany).RetryAfter(full.Sub(since))
	}
	return nil
}

// EmailFilter is the store's filter for the e-mails about a document.
type EmailFilter = store.EmailFilter

// EmailPage is one page of the e-mails about a document.
type EmailPage = store.EmailPage

// Emails returns a page of the e-mails about a document, newest first. It sets the filter's checkout to the document's.
func (s *Service) Emails(ctx context.Context, who auth.Actor, f EmailFilter) (EmailPage, error) {
	o, err := s.visibleOrder(ctx, who, f.OrderID)
	if err != nil {
		return EmailPage{}, err
	}
	f.CheckoutID = o.CheckoutID
	return s.store.For(who.CompanyID).Emails(ctx, f)
}
