package pgtest

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func query[T any](t *testing.T, url, sql string) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	var value T
	require.NoError(t, conn.QueryRow(t.Context(), sql).Scan(&value))
	return value
}

func execute(url, sql string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

func TestDatabaseIsACopyOfWhatWasPreparedOnce(t *testing.T) {
	t.Parallel()
	prepared := 0
	prepare := func(url string) error {
		prepared++
		return execute(url, "CREATE TABLE flower (name text); INSERT INTO flower VALUES ('rose')")
	}
	first, second := Database(t, prepare), Database(t, prepare)
	require.NotEqual(t, first, second)
	require.Equal(t, 1, prepared)

	require.NoError(t, execute(first, "INSERT INTO flower VALUES ('lily')"))
	require.Equal(t, 2, query[int](t, first, "SELECT count(*) FROM flower"))
	require.Equal(t, 1, query[int](t, second, "SELECT count(*) FROM flower"), "a test does not see what another one writes")
	require.Zero(t, query[int](t, Database(t, nil), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
}

func TestDatabaseIsDroppedAfterItsTestEvenIfInUse(t *testing.T) {
	Need(t)
	t.Parallel()
	var url string
	t.Run("a test that forgets its connection", func(t *testing.T) {
		url = Database(t, nil)
		_, err := pgx.Connect(t.Context(), url)
		require.NoError(t, err)
	})
	_, err := pgx.Connect(t.Context(), url)
	require.ErrorContains(t, err, "does not exist")
}

func TestTemplateThatFailsFailsEachTest(t *testing.T) {
	t.Parallel()
	c, err := openCluster(t.Context(), URL(t))
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.lock.Close(context.Background()) })
	broken := func(string) error { return errors.New("migration 3 is broken") }
	for range 2 {
		_, err = c.template(t.Context(), broken)
		require.ErrorContains(t, err, "migration 3 is broken")
	}
}

func TestSweepDropsOnlyWhatDeadProcessesLeft(t *testing.T) {
	t.Parallel()
	open := func() (*cluster, string) {
		c, err := openCluster(t.Context(), URL(t))
		require.NoError(t, err)
		name, err := c.create(t.Context(), "template0")
		require.NoError(t, err)
		return c, name
	}
	living, kept := open()
	dead, left := open()
	require.NoError(t, dead.lock.Close(t.Context())) // as a killed process leaves it
	t.Cleanup(func() { _ = living.lock.Close(context.Background()) })

	next, _ := open()
	t.Cleanup(func() { _ = next.lock.Close(context.Background()) })
	exists := func(name string) bool {
		return query[bool](t, URL(t), "SELECT EXISTS (SELECT FROM pg_database WHERE datname = '"+name+"')")
	}
	require.False(t, exists(left))
	require.True(t, exists(kept))
}

func TestServerURLOfAnotherFormIsRefused(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"host=localhost dbname=postgres", "sqlite:test.db", "://"} {
		_, err := openCluster(t.Context(), url)
		require.ErrorContains(t, err, "TEST_DATABASE_URL is not of the form")
	}
}
