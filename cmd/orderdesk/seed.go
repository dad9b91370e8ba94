package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/demo"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
)

func (p program) seed(ctx context.Context, args []string) error {
	f := p.flags("seed", "--company UUID --orders N [flags]",
		"Adds synthetic customers and documents to a company, for load tests: 9 of 10 are orders, the rest prebooks, spread\n"+
			"over the past year. No e-mail is sent: the customers have no e-mail address. It may run beside a running serve.")
	companyID := f.String("company", "", "the company's `UUID`")
	orders := f.Int("orders", 0, "the `number` of documents to add")
	customers := f.Int("customers", 0, "the `number` of customers to add for the documents (default: one for 100 documents)")
	lines := f.Int("lines", 3, "the `number` of lines of each document")
	confirmed := f.Int("confirmed", 1, "the `percentage` of documents to confirm, with invoices; this is the slow part")
	seed := f.Uint64("rand", 0, "a `seed`: the same one creates the same documents (default: a new one each time)")
	if err := parse(f, args); err != nil {
		return err
	}
	id, err := uuid.Parse(*companyID)
	if *customers == 0 {
		*customers = max(1, *orders/100)
	}
	switch {
	case *companyID == "":
		return misuse("--company is missing")
	case err != nil:
		return misuse("--company %q is not a UUID", *companyID)
	case *orders < 1 || *orders > 50_000_000:
		return misuse("--orders: write a number from 1 to 50000000")
	case *customers < 1 || *customers > 1_000_000:
		return misuse("--customers: write a number from 1 to 1000000")
	case *lines < 1 || *lines > order.MaxLines:
		return misuse("--lines: write a number from 1 to %d", order.MaxLines)
	case *confirmed < 0 || *confirmed > 50:
		return misuse("--confirmed: write a percentage from 0 to 50")
	}
	if *seed == 0 {
		*seed = rand.Uint64() //nolint:gosec // no secret
	}
	return p.withStore(ctx, func(st *store.Store) error {
		if _, err := st.For(id.String()).Company(ctx); fault.Is(err, fault.CompanyNotSeller) {
			return fmt.Errorf("there is no company %s: add it with orderdesk company add --id %s", id, id)
		} else if err != nil {
			return err
		}
		bar := p.progress("documents")
		start := p.now()
		err := demo.Bulk{
			Store: st, Desk: desk.New(desk.Options{Store: st}), Company: id.String(),
			Orders: *orders, Customers: *customers, Lines: *lines, Confirmed: *confirmed, Rand: *seed, Now: start, Progress: bar.show,
		}.Run(ctx)
		bar.end()
		if errors.Is(err, context.Canceled) {
			return errors.New("interrupted; the documents added so far are complete and stay")
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "Added %d documents of %d customers in %s, with --rand %d.\n", *orders, *customers, p.now().Sub(start).Round(time.Second/10), *seed)
		return nil
	})
}
