// Package demo creates data to try the service with: a company with customers and documents in every state and, for
// load tests, millions of synthetic documents.
//
// The desk's own use cases create the company, as if people had worked with the service for weeks, so it obeys every
// rule of the service.
package demo

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Company is the demo company's id, the same in every demo.
const Company = "0197a3c4-d390-7000-8000-000000000001"

// The demo company.
const (
	Name     = "Hudson & Vine Wholesale Flowers"
	currency = "USD"
	zone     = "America/New_York"
)

// Options configure Fill.
type Options struct {
	Store    *store.Store
	Now      time.Time // the end of the demo's history
	MailDir  string    // the folder for its e-mails
	MailFrom string    // the sender's address
	Log      *slog.Logger
}

// Fill adds the demo company to a migrated database that does not have it: settings, customers, and about three weeks
// of orders and prebooks up to Now. Its e-mails have the times of that history.
func Fill(ctx context.Context, o Options) error {
	clock := &clock{at: o.Now.AddDate(0, 0, -30)}
	d := desk.New(desk.Options{
		Store: o.Store, Log: o.Log, Now: clock.now, Sender: mail.NewFiles(o.MailDir, clock.now), MailFrom: o.MailFrom,
	})
	if _, err := d.AddCompany(ctx, Company, Name, currency); err != nil {
		return fmt.Errorf("add the demo company: %w", err)
	}
	if err := settle(ctx, d); err != nil {
		return fmt.Errorf("set the demo company up: %w", err)
	}
	for _, c := range customers() {
		if _, err := d.CreateCustomer(ctx, call(admin, "createCustomer"), c, ignore); err != nil {
			return fmt.Errorf("add customer %s: %w", c.Code, err)
		}
	}
	s := &story{desk: d, clock: clock, end: o.Now, today: day(o.Now)}
	script(s)
	return s.tell(ctx)
}

// clock is the time within the history. It only moves forward, and a little at each reading, so that no two events have
// the same time.
type clock struct{ at time.Time }

func (c *clock) now() time.Time {
	c.at = c.at.Add(137 * time.Millisecond)
	return c.at
}

func (c *clock) reach(at time.Time) {
	if at.After(c.at) {
		c.at = at
	}
}
