package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// Seeding has complete documents with all their rows, to be written unchanged.
type Seeding struct {
	Orders   []order.Order // with their lines; each the only document of its checkout
	Events   []order.Event
	Payments []billing.Payment
}

// checkout is a row of the table checkouts.
type checkout struct {
	CompanyID         string
	ID                string
	ExternalReference string
	PlacedBy          string
	CreatedAt         time.Time
}

// Seed writes documents of a company in one transaction, as fast as the database takes rows. It derives and checks
// nothing, so the caller must follow every rule. Take their numbers first with TakeNumbers.
func (s System) Seed(ctx context.Context, companyID string, in Seeding) error {
	checkouts := make([]checkout, len(in.Orders))
	words := setAllWords(in.Orders)
	var lines []order.Line
	for i, o := range in.Orders {
		checkouts[i] = checkout{companyID, o.CheckoutID, o.ExternalReference, o.PlacedBy.Sub, o.CreatedAt}
		lines = append(lines, o.Lines...)
	}
	_, err := InTx(ctx, s.store.For(companyID), func(tx *Tx) (none struct{}, err error) {
		for _, load := range []func() error{
			func() error { return bulk(ctx, tx, checkouts) },
			func() error { return bulk(ctx, tx, in.Orders) },
			func() error { return bulk(ctx, tx, lines) },
			func() error { return bulk(ctx, tx, words) },
			func() error { return bulk(ctx, tx, in.Events) },
			func() error { return bulk(ctx, tx, in.Payments) },
			func() error { return own(tx, in.Orders) },
		} {
			if err := load(); err != nil {
				return none, err
			}
		}
		return none, nil
	})
	return err
}

// own makes the customers of web orders those of the storefront that placed them.
func own(tx *Tx, orders []order.Order) error {
	for _, o := range owners(orders) {
		tx.Own(o.owner, o.customer)
	}
	return nil
}

type ownership struct{ owner, customer string }

// owners returns which storefronts placed web orders for which customers. They are sorted, because two transactions that
// insert the same rows in different orders wait for each other.
func owners(orders []order.Order) []ownership {
	var all []ownership
	for _, o := range orders {
		if o.Origin == order.Web {
			all = append(all, ownership{o.OwnerSub, o.CustomerID})
		}
	}
	slices.SortFunc(all, func(a, b ownership) int {
		return cmp.Or(cmp.Compare(a.owner, b.owner), cmp.Compare(a.customer, b.customer))
	})
	return slices.Compact(all)
}

// Analyze updates the database's statistics. After many new rows its plans depend on them.
func (s System) Analyze(ctx context.Context) error {
	return translate(s.store.write.WithContext(ctx).Exec("ANALYZE").Error)
}

// bulk writes rows: with COPY if the connection has it, and otherwise one by one with a prepared statement, which is
// faster for many rows than createAll's single statement.
func bulk[T any](ctx context.Context, tx *Tx, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	t := tx.store.tables.of(&rows[0])
	copied := false
	err := tx.conn.Raw(func(driverConn any) error {
		postgres, ok := pgxConn(driverConn)
		if !ok {
			return nil
		}
		copied = true
		text, err := copyText(t, rows)
		if err != nil {
			return fmt.Errorf("copy into %s: %w", t.name, err)
		}
		_, err = postgres.PgConn().CopyFrom(ctx, text, fmt.Sprintf("COPY %s (%s) FROM STDIN", t.name, t.columns()))
		return err
	})
	if err != nil || copied {
		return err
	}
	insert, err := tx.sql.PrepareContext(ctx, t.insert)
	if err != nil {
		return err
	}
	defer insert.Close()
	for i := range rows {
		args, err := values(t.fields, &rows[i])
		if err != nil {
			return fmt.Errorf("insert into %s: %w", t.name, err)
		}
		if _, err := insert.ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// copyText returns rows in COPY's text format: one line each, columns separated by tabs, \N for NULL.
func copyText[T any](t *table, rows []T) (*bytes.Buffer, error) {
	var b bytes.Buffer
	for i := range rows {
		args, err := values(t.fields, &rows[i])
		if err != nil {
			return nil, err
		}
		for j, v := range args {
			if j > 0 {
				b.WriteByte('\t')
			}
			if err := copyValue(&b, v); err != nil {
				return nil, fmt.Errorf("column %s: %w", t.fields[j].DBName, err)
			}
		}
		b.WriteByte('\n')
	}
	return &b, nil
}

var copyEscapes = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

func copyValue(b *bytes.Buffer, v any) error {
	text, null, err := textOf(v)
	if err == nil && null {
		b.WriteString(`\N`)
	} else if err == nil {
		_, err = copyEscapes.WriteString(b, text)
	}
	return err
}
