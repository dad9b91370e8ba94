// Package desktest gives a test a desk on its own real database, with customers, and helpers that write documents of every
// kind. Helpers that begin with Must fail the test if the write fails.
package desktest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/glebarez/go-sqlite" // the driver "sqlite"
	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/orderdesk/orderdesk/pkg/audit"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// The companies of a fixture.
const (
	Rosefields = "0197a3c4-0000-7000-8000-000000000001"
	Tulip      = "0197a3c4-0000-7000-8000-000000000002"
)

// The actors of these tests.
var (
	Admin      = Person("admin", auth.Admin)
	Manager    = Person("manager", auth.SalesManager)
	Sales      = Person("sales", auth.Sales)
	Allocation = Person("allocation", auth.SalesAllocation)
	Cashier    = Person("cashier", auth.Cashier)
	Shop       = Person("shop", auth.Storefront)
	OtherShop  = Person("other-shop", auth.Storefront)
)

// Person is an actor of the first company.
func Person(name string, roles ...auth.Role) auth.Actor {
	return auth.Actor{CompanyID: Rosefields, Subject: name + "@rosefields.example", Name: name, Roles: roles}
}

// Fixture is a desk on its own database, with two companies, and three customers of the first.
type Fixture struct {
	*desk.Service
	Address string
	Store   *store.Store
	Clock   *Clock
	DB      *sql.DB         // reads the database directly
	Ctx     context.Context // of the test; rapid's properties have none

	Plain, Card, Auto company.Customer // pays on terms; must pay by card; its orders confirm themselves
	Foreign           company.Customer // a customer of the other company
}

// Clock is the tests' time. Each reading moves it on a little, so that no two timestamps are equal.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now moves the clock on by a millisecond and returns its time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Millisecond)
	return c.at
}

// Move moves the clock forward.
func (c *Clock) Move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// Each runs a test on each database, with its own fixture, as storetest.EachAddress does.
func Each(t *testing.T, test func(t *testing.T, w *Fixture)) {
	t.Helper()
	storetest.EachAddress(t, func(t *testing.T, address string) { test(t, New(t, address, store.Options{})) })
}

// New creates a fixture on the migrated database at the address.
func New(t testing.TB, address string, o store.Options) *Fixture {
	t.Helper()
	w := &Fixture{Ctx: t.Context(), Address: address, Clock: &Clock{at: storetest.Noon}, Store: storetest.Open(t, address, o)}
	w.Service = w.DeskOn(t, w.Store)
	w.DB = Database(t, address)
	for id, name := range map[string]string{Rosefields: "Rosefields", Tulip: "Tulip Traders"} {
		_, err := w.AddCompany(t.Context(), id, name, "USD")
		require.NoError(t, err)
	}
	w.Plain = w.MustCreateCustomer(t, Admin, company.Customer{Code: "PLAIN", Name: "Plain Flowers", Emails: []string{"buyer@plain.example"},
		SalespersonName: "Sam", SalespersonEmail: "sam@rosefields.example"})
	w.Card = w.MustCreateCustomer(t, Admin, company.Customer{Code: "CARD", Name: "Card Flowers", Emails: []string{"a@card.example", "b@card.example"}, RequireCreditCardPayment: true})
	w.Auto = w.MustCreateCustomer(t, Admin, company.Customer{Code: "AUTO", Name: "Auto Flowers", Autoconfirm: company.On})
	_, err := store.InTx(t.Context(), w.Store.For(Rosefields), func(tx *store.Tx) (struct{}, error) {
		for _, shop := range []string{Shop.Subject, OtherShop.Subject} {
			for _, c := range []company.Customer{w.Plain, w.Card, w.Auto} {
				tx.Own(shop, c.ID) // as if it had bought through the storefront before
			}
		}
		return struct{}{}, nil
	})
	require.NoError(t, err)
	stranger := Admin
	stranger.CompanyID = Tulip
	w.Foreign = w.MustCreateCustomer(t, stranger, company.Customer{Code: "PLAIN", Name: "Foreign Flowers"})
	return w
}

// DeskOn returns another desk on the same database, like that of a second process.
func (w *Fixture) DeskOn(t testing.TB, s *store.Store) *desk.Service {
	t.Helper()
	return desk.New(desk.Options{Store: s, Now: w.Clock.Now, Sender: mail.NewFiles(t.TempDir(), w.Clock.Now), MailFrom: "orders@rosefields.example"})
}

// Database opens the test's own connection.
func Database(t testing.TB, address string) *sql.DB {
	t.Helper()
	driver, dsn := "pgx", address
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		driver, dsn = "sqlite", "file:"+path+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// MustCreateCustomer adds a customer, by default without automatic confirmation of its own.
func (w *Fixture) MustCreateCustomer(t testing.TB, who auth.Actor, c company.Customer) company.Customer {
	t.Helper()
	if c.Autoconfirm == "" {
		c.Autoconfirm = company.Inherit
	}
	var made company.Customer
	_, err := w.CreateCustomer(t.Context(), Call(who), c, Into(&made))
	require.NoError(t, err)
	return made
}

// Call is a request without a key.
func Call(who auth.Actor) desk.Call {
	return desk.Call{Actor: who, Operation: "test", RequestID: "req", Fingerprint: []byte("fingerprint")}
}

// Keyed is a request with its own key.
func Keyed(who auth.Actor) desk.Call {
	c := Call(who)
	c.Key = uuid.NewString()
	return c
}

// Into stores a use case's result, and encodes it as JSON.
func Into[T any](result *T) desk.Encode[T] {
	return func(v T) (desk.Answer, error) {
		*result = v
		return Encode(v)
	}
}

// Encode is an answer with the whole result.
func Encode[T any](v T) (desk.Answer, error) {
	raw, err := json.Marshal(v)
	return desk.Answer{Status: 200, Headers: map[string]string{"X": "y"}, Body: raw}, err
}

// ShipDay is the ship date of carts.
var ShipDay = time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)

// Cart has on-hand lines of 25.00 each.
func (w *Fixture) Cart(c company.Customer, lines int) order.Cart {
	cart := order.Cart{CustomerID: c.ID, Origin: order.Web, Header: order.Header{ShipDate: ShipDay}, Checkout: true}
	for range lines {
		cart.Lines = append(cart.Lines, Goods(order.OnHand))
	}
	return cart
}

// Draft is a cart that is not checked out.
func Draft(c order.Cart) order.Cart {
	c.Checkout = false
	return c
}

// Prebook is a cart of future goods; the first checkedOut lines are checked out.
func (w *Fixture) Prebook(c company.Customer, lines, checkedOut int) order.Cart {
	cart := w.Cart(c, 0)
	for i := range lines {
		l := Goods(order.FutureSales)
		l.CheckedOut = i < checkedOut
		cart.Lines = append(cart.Lines, l)
	}
	return cart
}

// Goods is a line of 100 stems for 25.00.
func Goods(from order.Source) order.CartLine {
	boxes, pack := int64(2), int64(50)
	return order.CartLine{Source: from, SKU: "ROSE", BoxType: order.HalfBox, Boxes: &boxes, UnitsPerBox: &pack, UnitType: order.Stem, UnitPrice: "0.2500"}
}

// MustPlace places a cart as the shop and returns its documents.
func (w *Fixture) MustPlace(t testing.TB, cart order.Cart) []desk.View {
	t.Helper()
	var placed desk.Placed
	_, err := w.Place(t.Context(), Keyed(Shop), cart, Into(&placed))
	require.NoError(t, err)
	return placed.Orders
}

// MustConfirm confirms an order as the manager.
func (w *Fixture) MustConfirm(t testing.TB, id string) desk.Confirmed {
	t.Helper()
	var done desk.Confirmed
	_, err := w.Confirm(t.Context(), Keyed(Manager), id, Into(&done))
	require.NoError(t, err)
	return done
}

// MustVoid voids a document as the manager.
func (w *Fixture) MustVoid(t testing.TB, id string) {
	t.Helper()
	_, err := w.Void(t.Context(), Keyed(Manager), id, "A test.", Encode)
	require.NoError(t, err)
}

// MustBill bills lines of a prebook, or all if lines is nil.
func (w *Fixture) MustBill(t testing.TB, id string, lines []string) desk.View {
	t.Helper()
	var bill desk.View
	_, err := w.Bill(t.Context(), Keyed(Manager), id, lines, Into(&bill))
	require.NoError(t, err)
	return bill
}

// MustBook books a card payment or refund with a new reference.
func (w *Fixture) MustBook(t testing.TB, id string, kind billing.PaymentKind, amount string) desk.PaymentStatus {
	t.Helper()
	var status desk.PaymentStatus
	_, err := w.Book(t.Context(), Keyed(Cashier), id, desk.Booking{Kind: kind, Method: billing.Card, Amount: amount, Reference: uuid.NewString()}, Into(&status))
	require.NoError(t, err)
	return status
}

// MustPost sends every e-mail that is due.
func (w *Fixture) MustPost(t testing.TB) {
	t.Helper()
	for more := true; more; {
		posted, err := w.Post(t.Context())
		require.NoError(t, err)
		more = posted.Sent
	}
}

// EveryWrite reports whether tests break every write, which takes minutes, or only the first two. make break-statements sets it.
func EveryWrite() bool { return os.Getenv("EVERY_WRITE") != "" }

// RequireClean fails the test unless every invariant holds.
func (w *Fixture) RequireClean(t testing.TB) {
	t.Helper()
	breaches, err := w.Breaches(context.Background())
	require.NoError(t, err)
	require.Empty(t, breaches)
}

// Breaches checks every invariant at the time of the fixture's clock. E-mails may be due for days, because no worker sends them here.
func (w *Fixture) Breaches(ctx context.Context) ([]audit.Breach, error) {
	breaches, err := audit.CheckAt(ctx, w.Store, w.Clock.Now())
	return slices.DeleteFunc(breaches, func(b audit.Breach) bool { return strings.Contains(b.Detail, " has been due since ") }), err
}

// EveryTable is the service's tables, and the job queue's jobs.
var EveryTable = []string{"companies", "logos", "counters", "customers", "checkouts", "orders", "order_lines", "order_words", "payments", "invoices",
	"credit_notes", "emails", "mail_turns", "mail_pauses", "events", "idempotency_keys", "river_job"}

// CountRows returns the number of rows of a table that match the condition.
func (w *Fixture) CountRows(t testing.TB, table, where string) int {
	t.Helper()
	var n int
	require.NoError(t, w.DB.QueryRowContext(t.Context(), fmt.Sprintf("SELECT count(*) FROM %s WHERE %s", table, where)).Scan(&n))
	return n
}

// Digest is a hash of every row of every table. It leaves out the counter that reserves blocks of order numbers,
// because it may have gaps.
func (w *Fixture) Digest(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, table := range EveryTable {
		query := "SELECT * FROM " + table
		if table == "counters" {
			query += " WHERE series <> 'order'"
		}
		rows, err := w.DB.QueryContext(t.Context(), query)
		require.NoError(t, err)
		columns, err := rows.Columns()
		require.NoError(t, err)
		var lines []string
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			require.NoError(t, rows.Scan(into...))
			line := ""
			for _, v := range values {
				if raw, ok := v.([]byte); ok {
					v = string(raw)
				}
				line += fmt.Sprint(v, "|")
			}
			lines = append(lines, line)
		}
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
		slices.Sort(lines)
		sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
		all[table] = fmt.Sprintf("%d rows, %x", len(lines), sum[:8])
	}
	return all
}
