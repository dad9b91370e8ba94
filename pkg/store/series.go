package store

import (
	"context"
	"fmt"

	"github.com/orderdesk/orderdesk/pkg/store/rowscan"
)

// Series is a gap-free sequence of a company's issued documents.
type Series string

// The series.
const (
	InvoiceSeries    Series = "invoice"
	CreditNoteSeries Series = "credit_note"
)

// takeNumbers takes numbers of a series.
const takeNumbers = "UPDATE counters SET value = value + ? WHERE company_id = ? AND series = ? RETURNING value"

// counted is the numbers of a series that a transaction has taken.
type counted struct {
	expected  int   // how many more numbers it will need
	next, end int64 // those taken and not used yet: after next, up to end
}

// Expect says that this transaction will take n numbers of a series. The first Next then takes them in one statement. A
// transaction that does not use all of them does not commit, because the series would have a gap.
func (tx *Tx) Expect(series Series, n int) {
	tx.series(series).expected = n
}

// Next takes the next number of a series. The counter's row stays locked until this transaction ends, and everything
// that the company issues waits for it, so call Next as late as possible. After a rollback the next transaction gets
// the number.
func (tx *Tx) Next(ctx context.Context, series Series) (int64, error) {
	c := tx.series(series)
	if c.next == c.end {
		n := max(1, c.expected)
		counter := make([]struct{ Value int64 }, 0, 1)
		err := rowscan.Scan(tx.in(ctx), &counter, takeNumbers, n, tx.company, string(series))
		if err == nil && len(counter) == 0 {
			err = unknownCompany()
		}
		if err != nil {
			return 0, translate(err)
		}
		c.next, c.end, c.expected = counter[0].Value-int64(n), counter[0].Value, 0
	}
	c.next++
	return c.next, nil
}

func (tx *Tx) series(s Series) *counted {
	c, ok := tx.counters[s]
	if !ok {
		c = &counted{}
		tx.counters[s] = c
	}
	return c
}

// requireUsed is an error if numbers of a series are left.
func (tx *Tx) requireUsed() error {
	for series, c := range tx.counters {
		if c.next != c.end || c.expected != 0 {
			return fmt.Errorf("%d expected numbers of the series %s are not used", c.end-c.next+int64(c.expected), series)
		}
	}
	return nil
}
