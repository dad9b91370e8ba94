package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
)

func orderStates(w io.Writer)   { states(w, order.KindOrder) }
func prebookStates(w io.Writer) { states(w, order.KindPrebook) }

// states writes the state diagram of a kind: an arrow for each step that changes the status.
func states(w io.Writer, kind order.Kind) {
	fmt.Fprintln(w, "```mermaid\nstateDiagram-v2\n    direction LR")
	for _, s := range order.StatusesOf(kind) {
		fmt.Fprintf(w, "    %s: %s\n", s, s.Label())
	}
	fmt.Fprintln(w, "    [*] --> draft: place")
	if kind == order.KindOrder {
		fmt.Fprintln(w, "    [*] --> pending: place, checked out")
	} else {
		fmt.Fprintln(w, "    [*] --> checked_out: place, every line checked out")
	}
	for _, r := range order.Rules {
		if r.Kind != kind || r.To == "" {
			continue
		}
		for _, from := range r.From {
			fmt.Fprintf(w, "    %s --> %s: %s\n", from, r.To, r.Action)
		}
	}
	if kind == order.KindPrebook {
		fmt.Fprintln(w, "    billed --> checked_out: the order billed from it is voided")
	}
	fmt.Fprintln(w, "    voided --> [*]\n```")
}

// steps writes the state machine as a table: the rows that the guard works by.
func steps(w io.Writer) {
	fmt.Fprintln(w, "| document | action | allowed in | leads to | nothing to do in | refused elsewhere with |\n|---|---|---|---|---|---|")
	for _, r := range order.Rules {
		to := string(r.To)
		if to != "" {
			to = "`" + to + "`"
		}
		if r.When != "" {
			to = strings.TrimSpace(to + " (" + r.When + ")")
		}
		refusal := ""
		if r.Refusal != "" {
			refusal = "`" + string(r.Refusal) + "`"
		}
		for _, e := range r.Except {
			if e.Refusal != r.Refusal {
				refusal += ", in `" + string(e.In) + "` with `" + string(e.Refusal) + "`"
			}
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s |\n", r.Kind, r.Action, statuses(r.From, r.Kind), dash(to), statuses(r.Already, r.Kind), dash(refusal))
	}
}

func statuses(list []order.Status, kind order.Kind) string {
	if len(list) == len(order.StatusesOf(kind)) {
		return "every status"
	}
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = "`" + string(s) + "`"
	}
	return dash(strings.Join(names, ", "))
}

func dash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

var reach = map[order.Scope]string{
	order.ScopeNone: "–", order.ScopeAll: "✓", order.ScopeOpen: "drafts, pending", order.ScopeOwn: "its own", order.ScopeOwnOpen: "its drafts, pending", order.ScopeOwnDraft: "its drafts",
}

// roles writes the role matrix.
func roles(w io.Writer) {
	fmt.Fprint(w, "| may |")
	for _, role := range auth.Roles() {
		fmt.Fprintf(w, " %s |", role)
	}
	fmt.Fprintln(w, "\n|---|"+strings.Repeat("---|", len(auth.Roles())))
	for _, row := range auth.Matrix() {
		fmt.Fprintf(w, "| %s |", row.Description)
		for _, role := range auth.Roles() {
			fmt.Fprintf(w, " %s |", reach[row.Scope(role)])
		}
		fmt.Fprintln(w)
	}
}

// ledger is one case of the payment truth table, in minor units of a currency with two decimals.
type ledger struct {
	total          money.Amount
	voided         bool
	paid, refunded money.Amount
}

var ledgers = []ledger{
	{total: 10000}, {total: 10000, paid: 4000}, {total: 10000, paid: 10000}, {total: 10000, paid: 12000},
	{total: 10000, paid: 10000, refunded: 3000}, {total: 10000, paid: 10000, refunded: 10000},
	{total: 0}, {total: 0, paid: 1000},
	{total: 10000, voided: true}, {total: 10000, voided: true, paid: 10000}, {total: 10000, voided: true, paid: 10000, refunded: 10000},
}

// payment writes the balance and the status of each ledger, as billing and order compute them. The $ is that of a web
// order whose customer must pay by card.
func payment(w io.Writer) {
	fmt.Fprintln(w, "| total | voided | paid | refunded | balance | `payment_status` | `$` |\n|---|---|---|---|---|---|---|")
	for _, l := range ledgers {
		o := order.Order{Kind: order.KindOrder, Origin: order.Web, Status: order.StatusPending, Total: l.total, Paid: l.paid, Refunded: l.refunded}
		voided, indicator := "", ""
		if l.voided {
			o.Status, voided = order.StatusVoided, "yes"
		}
		o.Derive(true)
		if o.PaymentIndicator {
			indicator = "$"
		}
		if !slices.Contains(billing.Statuses, o.PaymentStatus) {
			panic("no such payment status: " + string(o.PaymentStatus))
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | `%s` | %s |\n", o.Total.Format(2), voided, o.Paid.Format(2), o.Refunded.Format(2), o.Balance.Format(2), o.PaymentStatus, indicator)
	}
}
