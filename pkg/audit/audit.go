// Package audit reads the whole database and reports each row that breaks an invariant of the trade. It depends on the
// trade and the store only, not on the use cases that wrote the rows.
package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Breach is an invariant that does not hold.
type Breach struct {
	Invariant string // such as "I3"
	CompanyID string
	Subject   string // number of the document, else an id
	Detail    string
}

// String describes the breach on one line.
func (b Breach) String() string {
	return fmt.Sprintf("%s company %s, %s: %s", b.Invariant, b.CompanyID, b.Subject, b.Detail)
}

// Invariants describes the rules that Check tests, by the name that a Breach carries.
var Invariants = map[string]string{
	"I2": "A confirmed order has exactly one invoice. Each invoice belongs to an order that is or was confirmed. An order voided after it was confirmed has exactly one credit note.",
	"I3": "Invoice numbers of a company are 1 to N without gap or repeat. The same holds for credit notes.",
	"I4": "Each invoice that must be mailed has exactly one e-mail, a checkout at most one to the salesperson and one to the customer, and the timeline records its attempts and its end.",
	"I5": "Each e-mail is about a document that exists. Automatic e-mails go to the customer or the salesperson. An issued document never changes.",
	"I6": "An external reference has one checkout. An idempotency key and a provider's reference have one effect.",
	"I7": "Totals equal lines, charges and taxes. Payment status and balance equal the ledger, on the invoice too. The $ follows its rule. A document is found by its words.",
	"I8": "The timeline has only legal steps, one for each version, and records every change.",
	"I9": "A prebook that is not voided is draft while a line is open, billed when all lines are billed, and otherwise checked out.",
}

// chunk is the number of documents held in memory at once.
const chunk = 1000

// overlap is how far timestamps may disagree with the order of commits, because a transaction takes its timestamp at its
// beginning.
const overlap = time.Minute

// check collects the breaches of one company.
type check struct {
	now      time.Time
	company  company.Company
	tenant   store.Tenant
	breaches []Breach
}

func (c *check) report(invariant, subject, format string, args ...any) {
	c.breaches = append(c.breaches, Breach{invariant, c.company.ID, subject, fmt.Sprintf(format, args...)})
}

// Check reads the whole database and reports every breach of an invariant (see Invariants). It reads one company after
// the other, a thousand documents at a time. It writes nothing. It reads each document at one moment, so it may run
// beside a working service.
func Check(ctx context.Context, st *store.Store) ([]Breach, error) {
	now, err := st.DatabaseNow(ctx)
	if err != nil {
		return nil, err
	}
	return CheckAt(ctx, st, now)
}

// longestPause is longer than any pause of sending that the service makes, by itself or because the provider asks for it.
const longestPause = email.LongestDelay + time.Hour

// CheckAt is Check at another time than the database's, for data whose time is made up.
func CheckAt(ctx context.Context, st *store.Store, now time.Time) ([]Breach, error) {
	var found []Breach
	pause, err := st.System().MailPause(ctx)
	if err != nil {
		return nil, err
	}
	for _, until := range []*time.Time{&pause.Until, pause.ResetAt} {
		if until != nil && until.Sub(now) > longestPause {
			found = append(found, Breach{"I4", "*", "mail", fmt.Sprintf("sending is paused until %s", until.UTC().Format(time.RFC3339))})
		}
	}
	for after := ""; ; {
		companies, err := st.System().Companies(ctx, after, chunk)
		if err != nil || len(companies) == 0 {
			return found, err
		}
		for _, co := range companies {
			c := check{now: now, company: co, tenant: st.For(co.ID)}
			if err := c.run(ctx, st); err != nil {
				return found, fmt.Errorf("check company %s: %w", co.ID, err)
			}
			found = append(found, c.breaches...)
			after = co.ID
		}
	}
}

func (c *check) run(ctx context.Context, st *store.Store) error {
	for _, series := range []store.Series{store.InvoiceSeries, store.CreditNoteSeries} {
		if err := c.series(ctx, series); err != nil {
			return err
		}
	}
	if err := c.logo(ctx); err != nil {
		return err
	}
	if err := c.customers(ctx); err != nil {
		return err
	}
	if err := c.webhooks(ctx, st); err != nil {
		return err
	}
	for _, q := range crossChecks {
		subjects, err := c.tenant.Violations(ctx, q.query, chunk)
		if err != nil {
			return err
		}
		for _, subject := range subjects {
			c.report(q.invariant, subject, "is one of the %s", q.query)
		}
	}
	for after := ""; ; {
		dossiers, next, err := c.tenant.Dossiers(ctx, after, chunk)
		if err != nil {
			return err
		}
		for i := range dossiers {
			c.document(&dossiers[i])
		}
		if next == "" {
			return nil
		}
		after = next
	}
}

// crossChecks lists the queries across documents and the invariant that each result breaks.
var crossChecks = []struct {
	invariant string
	query     store.CrossCheck
}{
	{"I6", store.SharedReferences},
	{"I6", store.ForeignReferences},
	{"I6", store.CrowdedCheckouts},
	{"I6", store.EmptyCheckouts},
	{"I4", store.RepeatedEmails},
	{"I6", store.UnansweredKeys},
	{"I6", store.RepeatedProviderIDs},
	{"I9", store.StrayBilledLines},
	{"I9", store.StrayBills},
	{"I7", store.StrayWords},
	{"I7", store.MissingWords},
	{"I6", store.ForeignCheckouts},
	{"I6", store.LongLivedKeys},
	{"I3", store.NumbersAhead},
	{"I7", store.StrayEmails},
	{"I7", store.MissingEmails},
	{"I8", store.OddStamps},
	{"I8", store.StrayEvents},
	{"I8", store.StrayDeliveries},
}

// document checks what one document shows by itself.
func (c *check) document(d *store.Dossier) {
	if d.Order.Version == 0 {
		c.orphans(d)
		return
	}
	found := len(c.breaches)
	c.issued(d)
	c.emails(d)
	c.sums(d)
	c.progress(d)
	c.timeline(d)
	c.stamps(d)
	if len(c.breaches) == found {
		c.digests(d)
	}
}

// orphans reports rows about a document that does not exist.
func (c *check) orphans(d *store.Dossier) {
	for _, orphan := range []struct {
		invariant, what string
		rows            int
	}{
		{"I2", "invoices", len(d.Invoices)}, {"I2", "credit notes", len(d.CreditNotes)}, {"I5", "e-mails", len(d.Emails)},
		{"I7", "lines", len(d.Order.Lines)}, {"I7", "payments", len(d.Ledger)}, {"I8", "events", len(d.Events)},
	} {
		if orphan.rows > 0 {
			c.report(orphan.invariant, d.Order.ID, "the document does not exist, but has %d %s", orphan.rows, orphan.what)
		}
	}
}
