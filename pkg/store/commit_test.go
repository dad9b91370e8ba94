package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // a second connection, to delay COMMIT
	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/hook"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// A transaction that was cancelled after its last statement is not committed. SQLite's driver can skip a statement that
// is cancelled while it begins, and report success.
func TestCancelledIsNotCommitted(t *testing.T) {
	for name, address := range storetest.Addresses() {
		t.Run(name, func(t *testing.T) {
			s := storetest.Open(t, address(t), store.Options{})
			c := storetest.Company(t, s, "0197a3c4-0000-7000-8000-000000000001", "Rosefields", "USD")
			ctx, cancel := context.WithCancel(context.Background())
			_, err := store.InTx(ctx, s.For(c.ID), func(tx *store.Tx) (struct{}, error) {
				require.NoError(t, tx.CreateCustomer(bloom(c.ID)))
				require.NoError(t, tx.Flush(ctx))
				cancel()
				return struct{}{}, nil
			})
			require.True(t, fault.Is(err, fault.RequestTimeout), "%v", err)
			_, err = s.For(c.ID).CustomerByCode(context.Background(), "bloom")
			require.Error(t, err)
		})
	}
}

func bloom(companyID string) company.Customer {
	return company.Customer{
		CompanyID: companyID, ID: "0197a3c4-0000-7000-8000-0000000000c1", Code: "BLOOM", CodeKey: "bloom", Name: "Bloom", NameKey: "bloom",
		Autoconfirm: company.Inherit, Version: 1, CreatedAt: storetest.Noon, UpdatedAt: storetest.Noon,
	}
}

// A COMMIT that takes longer than the store waits gets the fault outcome_unknown, whether the request has ended or not.
// It is not cancelled, so its rows exist afterwards.
func TestSlowCommitIsUnknownAndNotCancelled(t *testing.T) {
	address := storetest.Postgres(t)
	s := storetest.Open(t, address, store.Options{CommitWait: 100 * time.Millisecond})
	c := storetest.Company(t, s, "0197a3c4-0000-7000-8000-000000000001", "Rosefields", "USD")
	db, err := sql.Open("pgx", address)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	_, err = db.Exec(`CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(4); RETURN NULL; END $$;
		CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON customers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slowly()`)
	require.NoError(t, err)

	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err = store.InTx(ctx, s.For(c.ID), func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, tx.CreateCustomer(bloom(c.ID))
	})
	require.True(t, fault.Is(err, fault.OutcomeUnknown), "%v", err)
	require.Less(t, time.Since(began), 3*time.Second)
	require.Eventually(t, func() bool {
		_, err := s.For(c.ID).CustomerByCode(context.Background(), "bloom")
		return err == nil
	}, 20*time.Second, 50*time.Millisecond)
}

// Many writes are no part of the wait for COMMIT: they have the time of the request.
func TestManyWritesAreNotPartOfCommit(t *testing.T) {
	address := storetest.Postgres(t)
	s := storetest.Open(t, address, store.Options{CommitWait: 500 * time.Millisecond})
	sh := newShop(t, s, 9, 1)
	db, err := sql.Open("pgx", address)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	_, err = db.Exec(`CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.015); RETURN NULL; END $$;
		CREATE TRIGGER slow AFTER INSERT ON customers FOR EACH ROW EXECUTE FUNCTION slowly()`)
	require.NoError(t, err)
	before := sh.customers[0]
	sh.write(t, s, func(tx *store.Tx) error {
		for i := range 100 {
			next := before
			next.ID, next.Code = sh.uuid(), fmt.Sprintf("NEW%d", i)
			next.CodeKey = canon.KeyOf(next.Code)
			if err := tx.CreateCustomer(next); err != nil {
				return err
			}
		}
		return nil
	})
}

// Neither are writes that may change any number of rows.
func TestWritesOfManyRowsAreNotPartOfCommit(t *testing.T) {
	address := storetest.Postgres(t)
	s := storetest.Open(t, address, store.Options{CommitWait: 500 * time.Millisecond})
	sh := newShop(t, s, 11, 1)
	sh.add(t, s, 150)
	endpoint := hook.Endpoint{CompanyID: sh.id, ID: sh.uuid(), Status: hook.Enabled, Version: 1, CreatedAt: storetest.Noon, UpdatedAt: storetest.Noon}
	sh.write(t, s, func(tx *store.Tx) error {
		if err := tx.CreateEndpoint(endpoint); err != nil {
			return err
		}
		deliveries := make([]hook.Delivery, 60)
		for i := range deliveries {
			deliveries[i] = hook.Delivery{CompanyID: sh.id, EndpointID: endpoint.ID, ID: sh.uuid(), EventType: "order.placed", State: hook.Delivered,
				NextAttemptAt: storetest.Noon, CreatedAt: storetest.Noon, UpdatedAt: storetest.Noon}
		}
		return tx.CreateDeliveries(deliveries)
	})
	db, err := sql.Open("pgx", address)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	_, err = db.Exec(`UPDATE orders SET origin = 'W', payment_indicator = false, balance = greatest(total, 1) WHERE kind = 'order' AND status <> 'voided';
		CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.015); RETURN NULL; END $$;
		CREATE TRIGGER slow AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION slowly();
		CREATE TRIGGER slow AFTER DELETE ON webhook_deliveries FOR EACH ROW EXECUTE FUNCTION slowly()`)
	require.NoError(t, err)
	sh.write(t, s, func(tx *store.Tx) error { tx.MarkOrders(sh.customers[0].ID, true, storetest.Noon); return nil })
	sh.write(t, s, func(tx *store.Tx) error { tx.DeleteEndpoint(endpoint.ID); return nil })
}
