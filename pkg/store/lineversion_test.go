package store_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// between runs a function once, before the first statement that reads lines.
type between struct{ do func() }

func (b *between) TraceQueryStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if do := b.do; do != nil && strings.Contains(data.SQL, "FROM order_lines l JOIN head") {
		b.do = nil
		do()
	}
	return ctx
}

func (*between) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// Two statements read documents and their lines. If a document changes in between, both are read again, so that no list shows the
// lines of one version under the header of another.
func TestLinesHaveTheVersionOfTheirDocument(t *testing.T) {
	address := storetest.Postgres(t)
	hook := &between{}
	s := storetest.Open(t, address, store.Options{Tracer: hook})
	writer := storetest.Open(t, address, store.Options{})
	sh := newShop(t, s, 75, 3)
	sh.add(t, s, 5)
	lists := map[string]func(store.OrderFilter) []order.Order{
		"lines": func(f store.OrderFilter) (documents []order.Order) {
			page, err := s.For(sh.id).Lines(context.Background(), f)
			require.NoError(t, err)
			for _, l := range page.Rows {
				o := *l.Document
				o.Lines = []order.Line{l.Line}
				documents = append(documents, o)
			}
			return documents
		},
		"documents": func(f store.OrderFilter) []order.Order {
			page, err := s.For(sh.id).OrdersWithLines(context.Background(), f)
			require.NoError(t, err)
			return page.Rows
		},
	}
	for name, list := range lists {
		o, err := writer.For(sh.id).Order(context.Background(), sh.docs[2].ID)
		require.NoError(t, err)
		edited := false
		hook.do = func() {
			edited = true
			was := o.Version
			o.Version, o.Lines[0].SKU = was+1, "EDITED "+name
			sh.write(t, writer, func(tx *store.Tx) error {
				if err := tx.UpdateOrder(&o, was, false); err != nil {
					return err
				}
				return tx.ReplaceLines(&o)
			})
		}
		found := false
		for _, got := range list(store.OrderFilter{Window: store.Window{Limit: 100}}) {
			for _, l := range got.Lines {
				if got.ID == o.ID && l.ID == o.Lines[0].ID {
					found = true
					require.Equal(t, []any{o.Version, "EDITED " + name}, []any{got.Version, l.SKU}, name)
				}
			}
		}
		require.True(t, edited && found, name)
	}
}
