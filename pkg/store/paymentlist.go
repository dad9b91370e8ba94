package store

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
)

// PaymentFilter selects payments and refunds of a list across orders, like OrderFilter.
type PaymentFilter struct {
	Kinds          []billing.PaymentKind
	Methods        []billing.Method
	References     []string // exact
	OrderIDs       []string
	Numbers        []order.NumberFilter // of the orders
	CustomerIDs    []string
	CustomerCodes  []string  // the customers' current codes, ignoring case
	RecordedFrom   time.Time // inclusive
	RecordedBefore time.Time // exclusive
	PaidFrom       time.Time // inclusive
	PaidBefore     time.Time // exclusive
	Sort           Sort      // by recorded_at, or by paid_at; recorded_at if it is empty
	Window
}

// OrderPayment is a row of the ledger, with its order.
type OrderPayment struct {
	billing.Payment
	Order order.Order // its id, kind, number and customer alone
}

// AllPayments returns one page of the company's payments and refunds, in at most three statements.
func (t Tenant) AllPayments(ctx context.Context, f PaymentFilter) (Page[OrderPayment], error) {
	return t.allPayments(ctx, f, keyset.PageBounds)
}

func (t Tenant) allPayments(ctx context.Context, f PaymentFilter, b keyset.Bounds) (Page[OrderPayment], error) {
	p, err := t.store.payments.Page(forCompany(ctx, t.company), t.lists(), t.company, f, f.request(), b)
	if err != nil {
		return Page[OrderPayment]{}, translate(err)
	}
	page := Page[OrderPayment]{Next: p.Next, Prev: p.Prev}
	var ids []any
	for _, row := range p.Rows {
		ids = append(ids, row.OrderID)
	}
	if len(ids) == 0 {
		return page, nil
	}
	among, args := keyset.Condition("id", ids)
	var orders []order.Order // a later statement may read them: orders are never deleted, and these members never change
	err = rowscan.Scan(t.in(ctx), &orders, "SELECT id, kind, number, customer_id, customer_code, customer_name FROM orders WHERE company_id = ? AND "+among,
		append([]any{t.company}, args...)...)
	if err != nil {
		return page, translate(err)
	}
	of := make(map[string]order.Order, len(orders))
	for _, o := range orders {
		of[o.ID] = o
	}
	for _, row := range p.Rows {
		page.Rows = append(page.Rows, OrderPayment{row, of[row.OrderID]})
	}
	return page, nil
}

// CountPayments returns how many payments and refunds match the filter, like Count.
func (t Tenant) CountPayments(ctx context.Context, f PaymentFilter) (n int, exact bool, err error) {
	tallies, err := t.store.payments.Count(forCompany(ctx, t.company), t.lists(), t.company, []PaymentFilter{f}, keyset.CountBounds)
	if err != nil {
		return 0, false, translate(err)
	}
	return tallies[0].N, tallies[0].Exact, nil
}

func (f PaymentFilter) request() keyset.Request {
	if f.Sort.Key == "" {
		f.Sort.Key = "recorded_at"
	}
	return keyset.Request{Sort: f.Sort, Window: f.Window}
}

// numbersAtOnce is how many order numbers a filter of payments may span, so that its orders are looked up.
const numbersAtOnce = 1_000

// fewNumbers reports whether the filters select so few order numbers that their orders can be looked up.
func fewNumbers(numbers []order.NumberFilter) bool {
	span := int64(0)
	for _, n := range numbers {
		if n.Sequence == 0 {
			return false
		}
		span += max(n.Through, n.Sequence) - n.Sequence + 1
	}
	return span <= numbersAtOnce
}

// refunds selects the refunds, which are few, if the filter asks for them alone.
func refunds(_ string, f *PaymentFilter) []keyset.Branch {
	if len(f.Kinds) != 1 || f.Kinds[0] != billing.KindRefund {
		return nil
	}
	return []keyset.Branch{{Where: "kind = 'refund'"}}
}

// paymentTable is the list of the ledger across orders.
type paymentTable = keyset.Table[PaymentFilter, billing.Payment]

// newPaymentTable describes the ledger across orders. Payments have no index by their kind, because most rows are payments. paidDay is
// the day in UTC of paid_at, as the index payments_paid_day has it.
func newPaymentTable(paidDay string) *paymentTable {
	return &paymentTable{
		Name: "payments", Scope: scope, Columns: paymentColumns, ID: func(p *billing.Payment) string { return p.ID },
		Sorts: map[SortKey]keyset.Column[billing.Payment]{ // neither ever changes
			"recorded_at": keyset.ByTime("recorded_at", func(p *billing.Payment) time.Time { return p.RecordedAt }),
			"paid_at":     keyset.ByTime("paid_at", func(p *billing.Payment) time.Time { return p.PaidAt }),
		},
		Filters: []keyset.Filter[PaymentFilter]{
			keyset.In("kind", "kind", func(f *PaymentFilter) *[]billing.PaymentKind { return &f.Kinds }, nil),
			keyset.In("method", "method", func(f *PaymentFilter) *[]billing.Method { return &f.Methods }, nil),
			keyset.In("reference", "reference", func(f *PaymentFilter) *[]string { return &f.References },
				func(s string) bool { return s != "" && keyset.Storable(s) }),
			keyset.In("order_id", "order_id", func(f *PaymentFilter) *[]string { return &f.OrderIDs }, keyset.UUID),
			{
				Name:   "number",
				Narrow: func(f *PaymentFilter) bool { return keyset.NarrowAny(&f.Numbers, nil) },
				Where: func(companyID string, f *PaymentFilter) (string, []any) {
					return ofItsOrder(companyID)(numbersCondition(f.Numbers))
				},
			},
			{
				Name:   "customer_id",
				Narrow: func(f *PaymentFilter) bool { return keyset.Narrow(&f.CustomerIDs, keyset.UUID) },
				Where: func(companyID string, f *PaymentFilter) (string, []any) {
					return ofItsOrder(companyID)(keyset.Condition("o.customer_id", keyset.Texts(f.CustomerIDs)))
				},
			},
			{
				Name:   "customer_code",
				Narrow: func(f *PaymentFilter) bool { return keyset.Narrow(&f.CustomerCodes, nil) },
				Where: func(companyID string, f *PaymentFilter) (string, []any) {
					return ofItsOrder(companyID)(codesCondition(companyID, f.CustomerCodes))
				},
			},
			keyset.Between("recorded_at", func(f *PaymentFilter) keyset.Ends {
				return keyset.Ends{From: keyset.At(f.RecordedFrom), Before: keyset.At(f.RecordedBefore)}
			}),
			keyset.Between("paid_at", func(f *PaymentFilter) keyset.Ends {
				return keyset.Ends{From: keyset.At(f.PaidFrom), Before: keyset.At(f.PaidBefore)}
			}),
			// It follows from paid_at, and has an index in the order of recorded_at.
			keyset.Between(paidDay, func(f *PaymentFilter) keyset.Ends { return utcDays(f.PaidFrom, f.PaidBefore) }).Following(),
		},
		Indexes: []keyset.Index[PaymentFilter]{
			{Name: "payments_referenced", Filters: []string{"reference"}, Branches: func(_ string, f *PaymentFilter) []keyset.Branch {
				branches := keyset.AnyOf("reference", keyset.Texts(f.References))
				for i := range branches {
					branches[i].Where = "reference <> '' AND " + branches[i].Where // the index has no others
				}
				return branches
			}},
			{Name: "payments_of_order", Filters: []string{"order_id"}, Branches: func(_ string, f *PaymentFilter) []keyset.Branch {
				return keyset.AnyOf("order_id", keyset.Texts(f.OrderIDs))
			}},
			{Name: "orders_sequence, payments_of_order", Filters: []string{"number"}, Branches: func(companyID string, f *PaymentFilter) []keyset.Branch {
				if !fewNumbers(f.Numbers) {
					return nil // a beginning may have many orders
				}
				return ofOrders(companyID)(numbersCondition(f.Numbers))
			}},
			// A customer may have many orders and few payments. Then all of these orders are read.
			{Name: "orders_customer, payments_of_order", Filters: []string{"customer_id"}, Branches: func(companyID string, f *PaymentFilter) []keyset.Branch {
				return ofOrders(companyID)(keyset.Condition("o.customer_id", keyset.Texts(f.CustomerIDs)))
			}},
			{Name: "orders_customer, payments_of_order", Filters: []string{"customer_code"}, Branches: func(companyID string, f *PaymentFilter) []keyset.Branch {
				return ofOrders(companyID)(codesCondition(companyID, f.CustomerCodes))
			}},
			{Name: "payments_refunds", Filters: []string{"kind"}, Sorted: "recorded_at", Branches: refunds},
			{Name: "payments_refunds_paid", Filters: []string{"kind"}, Sorted: "paid_at", Branches: refunds},
			{Name: "payments_method", Filters: []string{"method"}, Sorted: "recorded_at", Branches: func(_ string, f *PaymentFilter) []keyset.Branch {
				return keyset.EachOf("method = ?", keyset.Texts(f.Methods))
			}},
			{Name: "payments_paid_day", Filters: []string{"paid_at"}, Days: paidDay, Sorted: "recorded_at", DaysOf: "paid_at"},
			{Name: "payments_recorded", Sorted: "recorded_at"},
			{Name: "payments_paid", Sorted: "paid_at"},
		},
	}
}

// codesCondition is the condition that an order o is of a customer with one of the codes.
func codesCondition(companyID string, codes []string) (string, []any) {
	among, args := keyset.Condition("c.code_key", keys(codes, canon.KeyOf))
	if among == "" {
		return "", nil
	}
	return "o.customer_id IN (SELECT c.id FROM customers c WHERE c.company_id = ? AND " + among + ")", append([]any{companyID}, args...)
}

// ofItsOrder makes a condition on the order o one on the payment d.
func ofItsOrder(companyID string) func(sql string, args []any) (string, []any) {
	return func(sql string, args []any) (string, []any) {
		if sql == "" {
			return "", nil
		}
		return "(SELECT 1 FROM orders o WHERE o.company_id = ? AND o.id = d.order_id AND (" + sql + ") LIMIT 1) IS NOT NULL", append([]any{companyID}, args...)
	}
}

// ofOrders is the branch of the payments of the orders o that match a condition, or none without a condition. SQLite reads the
// orders first, because it keeps the order of a CROSS JOIN.
func ofOrders(companyID string) func(sql string, args []any) []keyset.Branch {
	return func(sql string, args []any) []keyset.Branch {
		if sql == "" {
			return nil
		}
		return []keyset.Branch{{
			IDs:  "SELECT p.id FROM orders o CROSS JOIN payments p WHERE o.company_id = ? AND p.company_id = o.company_id AND p.order_id = o.id AND (" + sql + ")",
			Args: append([]any{companyID}, args...),
		}}
	}
}
