package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/store"
)

// Bulk adds many similar synthetic documents for load tests. Each obeys every invariant.
type Bulk struct {
	Store     *store.Store
	Desk      *desk.Service
	Company   string
	Orders    int    // documents to add: 9 of 10 are orders, the rest prebooks
	Customers int    // customers to add for the documents
	Lines     int    // lines of each document
	Confirmed int    // percentage of documents to confirm, with their invoices
	Rand      uint64 // the same seed makes the same documents, except ids and times
	Now       time.Time
	Progress  func(done, of int) // called from time to time; may be nil
}

// pace is the speed of writing.
type pace struct {
	workers int // concurrent batches
	batch   int // documents written in one transaction
	confirm int // orders confirmed in one transaction
	rest    int // divides the time of a transaction to get the pause after it: 4 is a quarter; 0 is no pause
}

// paceOf is as fast as possible, except on a database with one writer, where others must get their turn in time.
func paceOf(st *store.Store) pace {
	if st.Stats().Max == 1 {
		return pace{workers: 1, batch: 250, confirm: 25, rest: 4}
	}
	return pace{workers: max(2, runtime.GOMAXPROCS(0)), batch: 1000, confirm: 200}
}

// paced runs one transaction and then pauses.
func (p pace) paced(work func() error) error {
	start := time.Now() //nolint:forbidigo // how long a machine takes is the machine's time
	err := work()
	if p.rest > 0 {
		time.Sleep(time.Since(start) / time.Duration(p.rest)) //nolint:forbidigo // as above
	}
	return err
}

// Run adds the documents. It writes most of them directly to the store. The desk then confirms the share to confirm, so
// that their invoices, e-mails and timelines are those of the service. The customers have no e-mail address, so no
// e-mail is sent.
//
// It may run beside a running service, because it reserves numbers first. If it is interrupted, it leaves complete
// batches.
func (b Bulk) Run(ctx context.Context) error {
	tenant := b.Store.For(b.Company)
	co, err := tenant.Company(ctx)
	if err != nil {
		return err
	}
	taken, err := tenant.TakeNumbers(ctx, b.Orders)
	if err != nil {
		return fmt.Errorf("reserve %d numbers: %w", b.Orders, err)
	}
	numbers := taken.Values
	customers, err := b.addCustomers(ctx, numbers[0])
	if err != nil {
		return fmt.Errorf("add customers: %w", err)
	}
	m := maker{bulk: b, company: co, customers: customers, numbers: numbers}
	confirmable, err := b.load(ctx, m)
	if err != nil {
		return err
	}
	// Update the statistics before the desk reads the rows. Without them its plans would be those of an empty table.
	if err := b.Store.System().Analyze(ctx); err != nil {
		return err
	}
	if err := b.confirm(ctx, confirmable); err != nil {
		return fmt.Errorf("confirm orders: %w", err)
	}
	return b.Store.System().Analyze(ctx)
}

// customerBatch is the number of customers added in one transaction.
const customerBatch = 500

// toConfirm is the number of documents to confirm.
func (b Bulk) toConfirm() int { return b.Orders * b.Confirmed / 100 }

// load creates and writes all documents, one batch at a time on each of several connections. It returns the ids of
// those to confirm, oldest first.
func (b Bulk) load(ctx context.Context, m maker) ([]string, error) {
	p := paceOf(b.Store)
	batches := (b.Orders + p.batch - 1) / p.batch
	chosen := make([][]string, batches)
	var next, done atomic.Int64
	err := each(ctx, p.workers, func(ctx context.Context) error {
		for {
			i := int(next.Add(1)) - 1
			if i >= batches || ctx.Err() != nil {
				return ctx.Err()
			}
			from := i * p.batch
			seeding, confirmable := m.batch(from, min(from+p.batch, b.Orders))
			if err := p.paced(func() error { return b.Store.System().Seed(ctx, b.Company, seeding) }); err != nil {
				return fmt.Errorf("write documents: %w", err)
			}
			chosen[i] = confirmable
			b.report(int(done.Add(int64(len(seeding.Orders)))))
		}
	})
	var ids []string
	for _, c := range chosen {
		ids = append(ids, c...)
	}
	return ids[:min(len(ids), b.toConfirm())], err
}

// confirm confirms orders through the desk.
func (b Bulk) confirm(ctx context.Context, ids []string) error {
	who := auth.Actor{CompanyID: b.Company, Subject: seeder.Sub, Name: seeder.Name, Roles: []auth.Role{auth.Admin}}
	p := paceOf(b.Store)
	var mu sync.Mutex
	done := b.Orders
	return each(ctx, p.workers, func(ctx context.Context) error {
		for {
			mu.Lock()
			n := min(p.confirm, len(ids))
			batch := ids[:n]
			ids = ids[n:]
			mu.Unlock()
			if n == 0 || ctx.Err() != nil {
				return ctx.Err()
			}
			wanted := make([]desk.BatchOrder, n)
			for i, id := range batch {
				wanted[i].ID = id
			}
			c := desk.Call{Actor: who, Operation: "confirmOrders", RequestID: "seed"}
			err := p.paced(func() error {
				_, err := b.Desk.ConfirmMany(ctx, c, desk.AllOrNothing, wanted, ignore)
				return err
			})
			if err != nil {
				return err
			}
			mu.Lock()
			done += n
			b.report(done)
			mu.Unlock()
		}
	})
}

// report reports progress in documents, because the caller gave the number of documents. A confirmation is work too, so it
// moves the progress, but it adds no document.
func (b Bulk) report(done int) {
	if b.Progress != nil {
		b.Progress(done*b.Orders/(b.Orders+b.toConfirm()), b.Orders)
	}
}

// each runs the same work on several goroutines. The first error ends the others and is returned.
func each(ctx context.Context, n int, work func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make(chan error, n)
	for range n {
		go func() { errs <- work(ctx) }()
	}
	var first error
	for range n {
		if err := <-errs; err != nil && first == nil {
			first = err // set before the others are cancelled, so that their errors come later
			cancel()
		}
	}
	return first
}

// addCustomers adds the customers. Their codes contain the first reserved number, so that two runs never clash.
func (b Bulk) addCustomers(ctx context.Context, first int64) ([]company.Customer, error) {
	r := rand.New(rand.NewPCG(b.Rand, 0)) //nolint:gosec // synthetic data is to be repeatable
	at := b.Now.AddDate(-1, 0, 0).UTC().Truncate(time.Microsecond)
	customers := make([]company.Customer, b.Customers)
	for i := range customers {
		city := cities[r.IntN(len(cities))]
		c := company.Customer{
			CompanyID: b.Company, ID: newID(), Code: fmt.Sprintf("S%d-%d", first, i+1), Name: shopName(r), TermsLabel: "Net 14", TermsDays: 14,
			Autoconfirm: company.Inherit, RequireCreditCardPayment: r.IntN(4) == 0, Version: 1, CreatedAt: at, UpdatedAt: at,
			Address: address(fmt.Sprintf("%d Main Street", r.IntN(900)+1), city.name, city.region, city.code),
		}
		c.SalespersonName = staff[r.IntN(len(staff))].Name
		c.SetKeys()
		customers[i] = c
	}
	for from := 0; from < len(customers); from += customerBatch {
		_, err := store.InTx(ctx, b.Store.For(b.Company), func(tx *store.Tx) (none struct{}, err error) {
			for _, c := range customers[from:min(from+customerBatch, len(customers))] {
				if err := tx.CreateCustomer(c); err != nil {
					return none, err
				}
			}
			return none, nil
		})
		if err != nil {
			return nil, err
		}
	}
	return customers, nil
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

var (
	shopWords = strings.Fields("Bloom Petal Garden Meadow Rose Thistle Willow Fern Ivy Lily Clover Sage Juniper Magnolia Peony Dahlia")
	shopKinds = []string{"Florist", "Flowers", "& Co", "Studio", "Events", "Market", "Weddings", "Supply"}
	staff     = []auth.Actor{sales, manager, allocation, cashier}
	cities    = []struct{ name, region, code string }{
		{"Albany", "NY", "12207"}, {"Boston", "MA", "02108"}, {"Hartford", "CT", "06103"}, {"Newark", "NJ", "07102"},
		{"Philadelphia", "PA", "19107"}, {"Providence", "RI", "02903"}, {"Stamford", "CT", "06901"}, {"Yonkers", "NY", "10701"},
	}
)

func shopName(r *rand.Rand) string {
	return shopWords[r.IntN(len(shopWords))] + " & " + shopWords[r.IntN(len(shopWords))] + " " + shopKinds[r.IntN(len(shopKinds))]
}
