package store_test

import (
	"context"
	"path"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// No row refers to a row that does not exist. A reference that is checked on COMMIT rolls back the whole transaction,
// and the store keeps working.
func TestReferencesMustExist(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		sh := newShop(t, s, 51, 2)
		docs := sh.add(t, s, 2)
		nobody := sh.uuid()
		payment := billing.Payment{CompanyID: sh.id, ID: sh.uuid(), OrderID: docs[0].ID, Kind: billing.KindPayment, Method: billing.Cash, Amount: 100,
			Currency: "USD", PaidAt: storetest.Noon, RecordedAt: storetest.Noon}
		sh.write(t, s, func(tx *store.Tx) error { return tx.CreatePayment(payment) })
		saved := func(change func(*order.Order)) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				o := docs[0]
				o.Version++
				change(&o)
				return tx.UpdateOrder(&o, 1, false)
			}
		}
		mailed := func(checkout string) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				return tx.CreateEmails([]email.Email{{CompanyID: sh.id, ID: sh.uuid(), OrderID: docs[0].ID, CheckoutID: &checkout,
					Kind: email.KindOrderPlaced, State: email.Queued, NextAttemptAt: storetest.Noon, CreatedAt: storetest.Noon, UpdatedAt: storetest.Noon}})
			}
		}
		corrected := func(orderID string) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				p := payment
				p.ID, p.Kind, p.OrderID, p.Corrects = sh.uuid(), billing.KindRefund, orderID, &payment.ID
				return tx.CreatePayment(p)
			}
		}
		for name, write := range map[string]func(*store.Tx) error{
			"an order's invoice":                saved(func(o *order.Order) { o.InvoiceID, o.ConfirmedAt = &nobody, &storetest.Noon }),
			"an order's credit note":            saved(func(o *order.Order) { o.CreditNoteID = &nobody }),
			"an e-mail's checkout":              mailed(nobody),
			"the corrected payment's order":     corrected(docs[1].ID),
			"the corrected payment of no order": corrected(nobody),
		} {
			_, err := store.InTx(ctx, s.For(sh.id), func(tx *store.Tx) (struct{}, error) { return struct{}{}, write(tx) })
			require.Regexp(t, "(?i)foreign key|"+store.ErrStale.Error(), err, name)
			require.False(t, fault.Is(err, fault.OutcomeUnknown), "%s: %v", name, err)
			o, err := s.For(sh.id).Order(ctx, docs[0].ID)
			require.NoError(t, err)
			require.Equal(t, 1, o.Version, name)
		}
		sh.write(t, s, saved(func(*order.Order) {}))
		sh.write(t, s, mailed(docs[0].CheckoutID))
		sh.write(t, s, corrected(docs[0].ID))
		for _, text := range []string{
			"UPDATE companies SET id = NULL", "UPDATE mail_turns SET company_id = NULL",
		} {
			require.Error(t, s.TryForTest(text), text)
		}
	})
}

// The migration adds references to a schema that has rows, and reports rows that break them.
func TestReferencesAreAddedToADatabaseWithRows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		sh := newShop(t, s, 52, 2)
		o := sh.add(t, s, 20)[0]
		sh.issue(t, s)
		storetest.MigrateDownTo(t, s, 3) // the version before
		s.Write(t, "UPDATE orders SET credit_note_id = '"+sh.uuid()+"' WHERE id = '"+o.ID+"'")
		_, err := s.Migrate(ctx)
		require.Error(t, err)
		require.Error(t, s.Current(ctx))
		s.Write(t, "UPDATE orders SET credit_note_id = NULL WHERE id = '"+o.ID+"'")
		n, err := s.Migrate(ctx)
		require.NoError(t, err)
		require.Equal(t, store.MigrationsForTest(t, path.Base(t.Name()))-3, n, "version 4 and those after it")
		require.NoError(t, s.Current(ctx))
		require.Error(t, s.TryForTest("UPDATE orders SET credit_note_id = '"+sh.uuid()+"' WHERE id = '"+o.ID+"'"))
		sh.add(t, s, 5)
	})
}
