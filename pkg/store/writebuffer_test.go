package store_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// What transactions write arrives whole, whatever its size, from several connections at once. The batches of a connection share memory.
func TestWritesOfAnySize(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.Postgres(t), store.Options{})
	c := storetest.Company(t, s, "00000000-0000-7000-8000-000000000001", "Rosefields", "USD")
	sizes := []int{0, 100_000, 1, 31 << 10, 900, 1024, 33 << 10, 5000, 300, 64 << 10, 2000}
	write := func(first int) error {
		for i := range 6 * len(sizes) {
			key := store.Key{Subject: "s", Operation: "o", Key: fmt.Sprintf("%d-%d", first, i)}
			body := bytes.Repeat([]byte{byte('a' + first + i)}, sizes[(first+i)%len(sizes)])
			_, err := store.InTx(t.Context(), s.For(c.ID), func(tx *store.Tx) (bool, error) {
				if _, err := tx.ClaimKey(t.Context(), key, []byte{1}, storetest.Noon, storetest.Noon.Add(time.Hour)); err != nil {
					return false, err
				}
				return true, tx.KeepAnswer(key, store.Answer{Status: 200, Body: body})
			})
			if err != nil {
				return err
			}
			kept, err := store.InTx(t.Context(), s.For(c.ID), func(tx *store.Tx) (store.Kept, error) { return tx.Replay(t.Context(), key) })
			if err != nil {
				return err
			}
			if !bytes.Equal(body, kept.Body) {
				return fmt.Errorf("%d bytes came back as %d others", len(body), len(kept.Body))
			}
		}
		return nil
	}
	const writers = 8
	done := make(chan error, writers)
	for first := range writers {
		go func() { done <- write(first) }()
	}
	for range writers {
		require.NoError(t, <-done)
	}
}

// pgx ends the session of a connection in another goroutine after it closed it. Nothing else may touch its buffer then.
func TestClosedConnectionGetsNoBuffer(t *testing.T) {
	t.Parallel()
	conn, err := pgx.Connect(t.Context(), storetest.Postgres(t))
	require.NoError(t, err)
	var sent bytes.Buffer
	conn.PgConn().Frontend().Trace(&sent, pgproto3.TracerOptions{})
	store.ProvideBuffer(conn)
	require.NotEmpty(t, sent.String(), "the trace shows it")
	require.NoError(t, conn.Close(t.Context()))
	sent.Reset()
	store.ProvideBuffer(conn)
	require.Empty(t, sent.String())
}
