package desk_test

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

const (
	rosefields = "0197a3c4-0000-7000-8000-000000000001"
	tulip      = "0197a3c4-0000-7000-8000-000000000002"
)

// The actors of these tests.
var (
	admin      = person("admin", auth.Admin)
	manager    = person("manager", auth.SalesManager)
	sales      = person("sales", auth.Sales)
	allocation = person("allocation", auth.SalesAllocation)
	cashier    = person("cashier", auth.Cashier)
	shop       = person("shop", auth.Storefront)
	otherShop  = person("other-shop", auth.Storefront)
)

func person(name string, roles ...auth.Role) auth.Actor {
	return auth.Actor{CompanyID: rosefields, Subject: name + "@rosefields.example", Name: name, Roles: roles}
}

// fixture is a desk on its own database, with two companies, and three customers of the first.
type fixture struct {
	*desk.Service
	address string
	store   *store.Store
	clock   *clock
	db      *sql.DB         // reads the database directly
	ctx     context.Context // of the test; rapid's properties have none

	plain, card, auto company.Customer // pays on terms; must pay by card; its orders confirm themselves
	foreign           company.Customer // a customer of the other company
}

// clock is the tests' time. Each reading moves it on a little, so that no two timestamps are equal.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Millisecond)
	return c.at
}

func (c *clock) move(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

// each runs a test on each database, with its own fixture.
func each(t *testing.T, test func(t *testing.T, w *fixture)) {
	t.Helper()
	for name, address := range storetest.Addresses() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newFixture(t, address(t), store.Options{}))
		})
	}
}

func newFixture(t testing.TB, address string, o store.Options) *fixture {
	t.Helper()
	w := &fixture{ctx: t.Context(), address: address, clock: &clock{at: storetest.Noon}, store: storetest.Open(t, address, o)}
	w.Service = w.deskOn(t, w.store)
	w.db = database(t, address)
	for id, name := range map[string]string{rosefields: "Rosefields", tulip: "Tulip Traders"} {
		_, err := w.AddCompany(t.Context(), id, name, "USD")
		require.NoError(t, err)
	}
	w.plain = w.customer(t, admin, company.Customer{Code: "PLAIN", Name: "Plain Flowers", Emails: []string{"buyer@plain.example"},
		SalespersonName: "Sam", SalespersonEmail: "sam@rosefields.example"})
	w.card = w.customer(t, admin, company.Customer{Code: "CARD", Name: "Card Flowers", Emails: []string{"a@card.example", "b@card.example"}, RequireCreditCardPayment: true})
	w.auto = w.customer(t, admin, company.Customer{Code: "AUTO", Name: "Auto Flowers", Autoconfirm: company.On})
	stranger := admin
	stranger.CompanyID = tulip
	w.foreign = w.customer(t, stranger, company.Customer{Code: "PLAIN", Name: "Foreign Flowers"})
	return w
}

// deskOn is another desk on the same database, like that of a second process.
func (w *fixture) deskOn(t testing.TB, s *store.Store) *desk.Service {
	t.Helper()
	return desk.New(desk.Options{Store: s, Now: w.clock.now, Sender: mail.NewFiles(t.TempDir(), w.clock.now), MailFrom: "orders@rosefields.example"})
}

// database is the test's own connection.
func database(t testing.TB, address string) *sql.DB {
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

func (w *fixture) customer(t testing.TB, who auth.Actor, c company.Customer) company.Customer {
	t.Helper()
	if c.Autoconfirm == "" {
		c.Autoconfirm = company.Inherit
	}
	var made company.Customer
	_, err := w.CreateCustomer(t.Context(), call(who), c, into(&made))
	require.NoError(t, err)
	return made
}

// call is a request without a key.
func call(who auth.Actor) desk.Call {
	return desk.Call{Actor: who, Operation: "test", RequestID: "req", Fingerprint: []byte("fingerprint")}
}

// keyed is a request with its own key.
func keyed(who auth.Actor) desk.Call {
	c := call(who)
	c.Key = uuid.NewString()
	return c
}

// into stores a use case's result, and encodes it as JSON.
func into[T any](result *T) desk.Encode[T] {
	return func(v T) (desk.Answer, error) {
		*result = v
		return encode(v)
	}
}

// encode is an answer with the whole result.
func encode[T any](v T) (desk.Answer, error) {
	raw, err := json.Marshal(v)
	return desk.Answer{Status: 200, Headers: map[string]string{"X": "y"}, Body: raw}, err
}

var shipDay = time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)

// cart has on-hand lines of 25.00 each.
func (w *fixture) cart(c company.Customer, lines int) order.Cart {
	cart := order.Cart{CustomerID: c.ID, Origin: order.Web, Header: order.Header{ShipDate: shipDay}, Checkout: true}
	for range lines {
		cart.Lines = append(cart.Lines, goods(order.OnHand))
	}
	return cart
}

// draft is a cart that is not checked out.
func draft(c order.Cart) order.Cart {
	c.Checkout = false
	return c
}

// prebook is a cart of future goods; the first checkedOut lines are checked out.
func (w *fixture) prebook(c company.Customer, lines, checkedOut int) order.Cart {
	cart := w.cart(c, 0)
	for i := range lines {
		l := goods(order.FutureSales)
		l.CheckedOut = i < checkedOut
		cart.Lines = append(cart.Lines, l)
	}
	return cart
}

func goods(from order.Source) order.CartLine {
	boxes, pack := int64(2), int64(50)
	return order.CartLine{Source: from, SKU: "ROSE", BoxType: order.HalfBox, Boxes: &boxes, UnitsPerBox: &pack, UnitType: order.Stem, UnitPrice: "0.2500"}
}

// place places a cart as the shop and returns its documents.
func (w *fixture) place(t testing.TB, cart order.Cart) []desk.View {
	t.Helper()
	var placed desk.Placed
	_, err := w.Place(t.Context(), keyed(shop), cart, into(&placed))
	require.NoError(t, err)
	return placed.Orders
}

func (w *fixture) confirm(t testing.TB, id string) desk.Confirmed {
	t.Helper()
	var done desk.Confirmed
	_, err := w.Confirm(t.Context(), keyed(manager), id, into(&done))
	require.NoError(t, err)
	return done
}

func (w *fixture) void(t testing.TB, id string) {
	t.Helper()
	_, err := w.Void(t.Context(), keyed(manager), id, "A test.", encode)
	require.NoError(t, err)
}

func (w *fixture) bill(t testing.TB, id string, lines []string) desk.View {
	t.Helper()
	var bill desk.View
	_, err := w.Bill(t.Context(), keyed(manager), id, lines, into(&bill))
	require.NoError(t, err)
	return bill
}

func (w *fixture) book(t testing.TB, id string, kind billing.PaymentKind, amount string) desk.PaymentStatus {
	t.Helper()
	var status desk.PaymentStatus
	_, err := w.Book(t.Context(), keyed(cashier), id, desk.Booking{Kind: kind, Method: billing.Card, Amount: amount, Reference: uuid.NewString()}, into(&status))
	require.NoError(t, err)
	return status
}

// post sends every e-mail that is due.
func (w *fixture) post(t testing.TB) {
	t.Helper()
	for more := true; more; {
		var err error
		more, err = w.Post(t.Context())
		require.NoError(t, err)
	}
}

// everyWrite reports whether tests break every write, which takes minutes, or only the first two. make faults sets it.
func everyWrite() bool { return os.Getenv("EVERY_WRITE") != "" }

// clean fails the test unless every invariant holds.
func (w *fixture) clean(t testing.TB) {
	t.Helper()
	breaches, err := audit.Check(context.Background(), w.store)
	require.NoError(t, err)
	require.Empty(t, breaches)
}

// everyTable is the service's tables, and the job queue's jobs.
var everyTable = []string{"companies", "logos", "counters", "customers", "checkouts", "orders", "order_lines", "payments", "invoices",
	"credit_notes", "emails", "mail_turns", "mail_pauses", "events", "idempotency_keys", "river_job"}

func (w *fixture) count(t testing.TB, table, where string) int {
	t.Helper()
	var n int
	require.NoError(t, w.db.QueryRowContext(t.Context(), fmt.Sprintf("SELECT count(*) FROM %s WHERE %s", table, where)).Scan(&n))
	return n
}

// digest is a hash of every row of every table. It leaves out the counter that reserves blocks of order numbers,
// because it may have gaps.
func (w *fixture) digest(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, table := range everyTable {
		query := "SELECT * FROM " + table
		if table == "counters" {
			query += " WHERE series <> 'order'"
		}
		rows, err := w.db.QueryContext(t.Context(), query)
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
