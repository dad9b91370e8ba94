package auth

import (
	"slices"

	"github.com/orderdesk/orderdesk/pkg/order"
)

// Permission is a row of the role matrix. Each [order.Action] is a permission with the same name.
type Permission string

// The permissions that are not order actions.
const (
	PassCutoff     Permission = "confirm.past_cutoff"
	PaymentsRead   Permission = "payments.read"
	CustomersRead  Permission = "customers.read"
	CustomersWrite Permission = "customers.write"
	SettingsRead   Permission = "settings.read"
	SettingsWrite  Permission = "settings.write"
	WebhooksRead   Permission = "webhooks.read"
	WebhooksWrite  Permission = "webhooks.write"
)

// Row is one permission and its scope for each role.
type Row struct {
	Permission  Permission
	Description string // completes "may ": "bill prebook lines"
	grants      grants
}

// grants has one scope for each role, in the order of [Roles].
type grants [len(roles)]order.Scope

// Scope returns the scope of the permission for the role. It is [order.ScopeNone] if the role does not have it or is not
// known.
func (r Row) Scope(role Role) order.Scope {
	if c := role.column(); c >= 0 {
		return r.grants[c]
	}
	return order.ScopeNone
}

// Short names keep the matrix readable as a table.
const (
	none     = order.ScopeNone
	ownDraft = order.ScopeOwnDraft
	ownOpen  = order.ScopeOwnOpen
	own      = order.ScopeOwn
	open     = order.ScopeOpen
	all      = order.ScopeAll
)

// matrix says which role may do what. The guard, the tests and the documentation use this table.
var matrix = []Row{
	//                                                                        Admin SalesMgr Sales Alloc Cashier Storefront
	{Permission(order.View), "list, view and export documents", grants{all, all, all, all, all, own}},
	{Permission(order.Print), "print documents", grants{all, all, all, all, all, own}},
	{Permission(order.Place), "place orders", grants{all, all, all, all, all, all}},
	{Permission(order.Edit), "edit documents", grants{all, all, all, all, all, ownDraft}},
	{Permission(order.Email), "e-mail documents", grants{all, all, all, all, all, none}},
	{Permission(order.Confirm), "confirm orders", grants{all, all, all, all, all, none}},
	{PassCutoff, "confirm orders past the cut-off", grants{all, all, none, none, none, none}},
	{Permission(order.Checkout), "check out orders and prebook lines", grants{all, all, all, all, all, own}},
	{Permission(order.Void), "void documents", grants{all, all, open, none, none, ownOpen}},
	{Permission(order.Bill), "bill prebook lines", grants{all, all, none, all, none, none}},
	{Permission(order.Pay), "record payments", grants{all, all, all, all, all, own}},
	{Permission(order.Refund), "refund payments", grants{all, all, none, none, all, own}},
	{PaymentsRead, "list payments across orders", grants{all, all, all, all, all, none}},
	{CustomersRead, "see customers", grants{all, all, all, all, all, own}},
	{CustomersWrite, "create and change customers", grants{all, all, none, none, none, own}},
	{SettingsRead, "see the settings", grants{all, all, all, all, all, none}},
	{SettingsWrite, "change the settings", grants{all, none, none, none, none, none}},
	{WebhooksRead, "see webhook endpoints and their deliveries", grants{all, all, none, none, none, none}},
	{WebhooksWrite, "manage webhook endpoints", grants{all, none, none, none, none, none}},
}

// systemMay is what the service itself may do: confirm checked-out orders and void expired drafts. PassCutoff is not in it,
// since the cut-off applies to automatic confirmation too.
var systemMay = map[Permission]order.Scope{
	Permission(order.View):     all,
	Permission(order.Print):    all,
	Permission(order.Confirm):  all,
	Permission(order.Checkout): all,
	Permission(order.Void):     all,
	CustomersRead:              all,
	SettingsRead:               all,
}

// Matrix returns a copy of the role matrix.
func Matrix() []Row { return slices.Clone(matrix) }

// rows has the rows of the matrix by permission.
var rows = func() map[Permission]*Row {
	m := make(map[Permission]*Row, len(matrix))
	for i := range matrix {
		m[matrix[i].Permission] = &matrix[i]
	}
	return m
}()

// widths orders the scopes from narrow to wide. Neither of own and open contains the other, so no row may have both; a test
// checks that.
var widths = map[order.Scope]int{none: 0, ownDraft: 1, ownOpen: 2, own: 3, open: 4, all: 5}

// wider returns the wider of two scopes.
func wider(a, b order.Scope) order.Scope {
	if widths[b] > widths[a] {
		return b
	}
	return a
}
