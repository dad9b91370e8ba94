package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Many rows are written as one row is, whatever their texts are.
func TestManyRowsAreWrittenAsOneIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 13, 3)
		sh.add(t, s, 3)
		texts := []string{"", "NULL", "null", `"`, `\`, `\"`, `a\\"b`, "{a,b}", "},{", ", ", " a ", "a\tb\nc\r", "'", "é 日本 \U0001F339", "?", "$1", "\u2028"}
		version := 7
		var single, many []order.Event
		for _, text := range texts {
			e := order.Event{
				CompanyID: sh.id, ID: sh.uuid(), OrderID: sh.docs[0].ID, Type: order.EventPlaced, At: storetest.Noon.Add(time.Microsecond), ActorSub: text,
				RequestID: text, Reason: text, Changes: []order.Change{{Field: "notes", Before: text, After: nil}}, Data: map[string]any{"text": text, "number": 12.5},
			}
			single = append(single, e)
			e.ID, e.Version = sh.uuid(), nil
			many = append(many, e)
		}
		batch := sh.uuid()
		many[3].Version, many[5].BatchID, many[6].OrderID = &version, &batch, ""
		for _, e := range single {
			sh.write(t, s, func(tx *store.Tx) error { return tx.Record([]order.Event{e}) })
		}
		sh.write(t, s, func(tx *store.Tx) error { return tx.Record(many) })

		read := func(id string) (e order.Event) {
			require.NoError(t, s.Readers().WithContext(t.Context()).Raw("SELECT * FROM events WHERE company_id = ? AND id = ?", sh.id, id).Scan(&e).Error)
			return e
		}
		last := int64(0)
		for i := range many {
			want, got := read(single[i].ID), read(many[i].ID)
			require.Equal(t, texts[i], got.Reason)
			if got.Seq != nil {
				require.Greater(t, *got.Seq, last, "events keep their order")
				last = *got.Seq
			}
			want.ID, want.Pos, want.Seq = got.ID, got.Pos, got.Seq
			want.Version, want.BatchID, want.OrderID = many[i].Version, many[i].BatchID, many[i].OrderID
			require.Equal(t, want, got)
		}
	})
}

// The types of the arrays that rows are inserted from are those of their columns, or convert to them.
func TestTypesOfManyRows(t *testing.T) {
	s := storetest.Open(t, storetest.Postgres(t), store.Options{})
	converts := map[string]string{"integer": "bigint", "date": "timestamptz", "timestamp with time zone": "timestamptz"}
	for column, is := range s.TypesForTest(&order.Order{}, &order.Line{}, &order.Event{}, &email.Email{}, &hook.Delivery{}) {
		table, name, _ := strings.Cut(column, ".")
		var wants string
		require.NoError(t, s.Readers().WithContext(t.Context()).Raw("SELECT data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ? AND column_name = ?",
			table, name).Scan(&wants).Error)
		if as, ok := converts[wants]; ok {
			wants = as
		}
		assert.Equal(t, wants, is, column)
	}
}

// An empty address is stored in two bytes. It reads as it did when all of its members were stored.
func TestAnEmptyAddressIsSmall(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sh := newShop(t, s, 19, 2)
		docs := sh.add(t, s, 2)
		texts := func(id string) (all []string) {
			require.NoError(t, s.Readers().WithContext(t.Context()).Raw("SELECT CAST(ship_to AS text) FROM orders WHERE company_id = ? AND id = ?", sh.id, id).Scan(&all).Error)
			return all
		}
		require.Equal(t, []string{"{}"}, texts(docs[0].ID))
		s.Write(t, `UPDATE orders SET ship_to = '{"City": "", "Name": "", "Line1": "", "Line2": "", "Phone": "", "Region": "", "Country": "", "PostalCode": ""}' WHERE id = '`+docs[1].ID+"'")
		for _, d := range docs {
			o, err := s.For(sh.id).Order(t.Context(), d.ID)
			require.NoError(t, err)
			require.Zero(t, o.ShipTo)
			o.ShipTo.City, o.Version = "Albany", o.Version+1
			sh.write(t, s, func(tx *store.Tx) error { return tx.UpdateOrder(&o, o.Version-1, false) })
			again, err := s.For(sh.id).Order(t.Context(), d.ID)
			require.NoError(t, err)
			require.Equal(t, o.ShipTo, again.ShipTo)
		}
	})
}
