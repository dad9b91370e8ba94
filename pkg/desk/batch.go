package desk

import (
	"fmt"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Mode says what one refusal does to the rest of a batch.
type Mode string

// The modes.
const (
	BestEffort   Mode = "best_effort"    // one refusal changes nothing for the other orders
	AllOrNothing Mode = "all_or_nothing" // one transaction; one refusal, and no order is confirmed
)

// BatchOrder names an order of a batch, and the version that the caller expects. A Version of 0 accepts any.
type BatchOrder struct {
	ID      string
	Version int
}

func (w BatchOrder) match() *Match {
	if w.Version == 0 {
		return nil
	}
	return &Match{Versions: []int{w.Version}}
}

// Outcome is the result for one order of a batch.
type Outcome string

// The outcomes.
const (
	OutcomeConfirmed    Outcome = "confirmed"
	OutcomeAlready      Outcome = "already_confirmed"
	OutcomeRefused      Outcome = "refused"
	OutcomeNotAttempted Outcome = "not_attempted"
)

// Row is one order of a batch and its result.
type Row struct {
	ID            string
	Number        string // empty if there is no such order
	Outcome       Outcome
	InvoiceNumber string
	Warnings      []Warning
	Problem       *fault.Error // of a refused order: what confirming it alone would answer
}

// Batch is the result for many orders, in the order of the request.
type Batch struct {
	ID     string
	Mode   Mode
	DryRun bool
	Rows   []Row
}

// Message says the outcome of row i and its reason for a person, with the number of the order and without ids.
func (b Batch) Message(i int) string {
	switch r := b.Rows[i]; {
	case r.Number == "":
		return "One of the orders does not exist, or you may not see it."
	case r.Outcome == OutcomeConfirmed && b.DryRun:
		return fmt.Sprintf("Order %s can be confirmed.", r.Number)
	case r.Outcome == OutcomeConfirmed:
		return fmt.Sprintf("Order %s is confirmed. Its invoice is %s.", r.Number, r.InvoiceNumber)
	case r.Outcome == OutcomeAlready:
		return fmt.Sprintf("Order %s was confirmed before. Its invoice is %s.", r.Number, r.InvoiceNumber)
	case r.Outcome == OutcomeNotAttempted:
		return fmt.Sprintf("Order %s is not confirmed, because another order was refused.", r.Number)
	case strings.Contains(r.Problem.Detail, r.Number):
		return r.Problem.Detail
	default:
		return fmt.Sprintf("Order %s is not confirmed. %s", r.Number, r.Problem.Detail)
	}
}

// Count is the number of rows with this outcome.
func (b Batch) Count(o Outcome) int {
	n := 0
	for _, r := range b.Rows {
		if r.Outcome == o {
			n++
		}
	}
	return n
}
