// Package audit reads the whole database and reports each row that breaks an invariant of the trade. It knows the rows
// and the trade, and no use case: it judges what the use cases have written.
package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Breach is an invariant that does not hold.
type Breach struct {
	Invariant string // such as "I3"
	CompanyID string
	Subject   string // what breaks it: a number where it has one, otherwise an id
	Detail    string
}

// String is the breach as one line.
func (b Breach) String() string {
	return fmt.Sprintf("%s company %s, %s: %s", b.Invariant, b.CompanyID, b.Subject, b.Detail)
}

// Invariants are the rules that Check knows, by the names that breaches give them.
var Invariants = map[string]string{
	"I2": "A confirmed order has exactly one invoice; none is without an order that is or was confirmed; an order voided after it was confirmed has exactly one credit note.",
	"I3": "Invoice numbers of a company are 1 to N, without gap or repeat, in the order of their issue; those of credit notes likewise.",
	"I4": "Each invoice that is to be mailed has exactly one e-mail, whose attempts and end are told truly.",
	"I5": "No e-mail is about a document that does not exist; automatic e-mails go to the customer or the salesperson; an issued document never changes.",
	"I6": "One checkout for an external reference, one effect for an idempotency key or a provider's reference.",
	"I7": "Totals equal lines, charges and taxes; payment status and balance equal the ledger; the $ equals its rule.",
	"I8": "The timeline has only legal steps, one for each version, and tells every change.",
	"I9": "A prebook that is not voided is draft while a line is open, billed when all are billed, otherwise checked out.",
}

// chunk is how many documents are in memory at once.
const chunk = 1000

// overlap is how far the stamps of two transactions may disagree with the order in which they committed: a stamp is
// taken at the beginning, and replicas have clocks of their own.
const overlap = time.Minute

// check gathers the breaches of one company.
type check struct {
	company  company.Company
	tenant   store.Tenant
	breaches []Breach
}

func (c *check) report(invariant, subject, format string, args ...any) {
	c.breaches = append(c.breaches, Breach{invariant, c.company.ID, subject, fmt.Sprintf(format, args...)})
}

// Check reads the whole database, company after company and a thousand documents at a time, and reports every breach of
// an invariant (see Invariants). It writes nothing, and judges each document as of one moment: it may run beside a
// service that is at work.
func Check(ctx context.Context, st *store.Store) ([]Breach, error) {
	var found []Breach
	for after := ""; ; {
		companies, err := st.System().Companies(ctx, after, chunk)
		if err != nil || len(companies) == 0 {
			return found, err
		}
		for _, co := range companies {
			c := check{company: co, tenant: st.For(co.ID)}
			if err := c.run(ctx); err != nil {
				return found, fmt.Errorf("check company %s: %w", co.ID, err)
			}
			found = append(found, c.breaches...)
			after = co.ID
		}
	}
}

func (c *check) run(ctx context.Context) error {
	for _, series := range []store.Series{store.InvoiceSeries, store.CreditNoteSeries} {
		if err := c.series(ctx, series); err != nil {
			return err
		}
	}
	for _, q := range crossings {
		subjects, err := c.tenant.Ask(ctx, q.question, chunk)
		if err != nil {
			return err
		}
		for _, subject := range subjects {
			c.report(q.invariant, subject, "is one of the %s", q.question)
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

// crossings are the questions across documents, and the invariant that each answer breaks.
var crossings = []struct {
	invariant string
	question  store.Question
}{
	{"I6", store.SharedReferences},
	{"I6", store.ForeignReferences},
	{"I6", store.CrowdedCheckouts},
	{"I6", store.EmptyCheckouts},
	{"I6", store.UnansweredKeys},
	{"I6", store.RepeatedProviderIDs},
	{"I9", store.StrayBilledLines},
	{"I9", store.StrayBills},
}

// document checks all that one document shows by itself.
func (c *check) document(d *store.Dossier) {
	if d.Order.Version == 0 {
		c.orphans(d)
		return
	}
	c.issued(d)
	c.emails(d)
	c.sums(d)
	c.progress(d)
	c.timeline(d)
}

// orphans are rows about a document that is not there.
func (c *check) orphans(d *store.Dossier) {
	for _, of := range []struct {
		invariant, what string
		rows            int
	}{
		{"I2", "invoices", len(d.Invoices)}, {"I2", "credit notes", len(d.CreditNotes)}, {"I5", "e-mails", len(d.Emails)},
		{"I7", "lines", len(d.Order.Lines)}, {"I7", "payments", len(d.Ledger)}, {"I8", "events", len(d.Events)},
	} {
		if of.rows > 0 {
			c.report(of.invariant, d.Order.ID, "there is no such document, but %d %s of it", of.rows, of.what)
		}
	}
}
