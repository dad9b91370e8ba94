package store

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"gorm.io/gorm"
)

// CheckoutByReference is the statement of the method CheckoutByReference.
var CheckoutByReference = checkoutByReference

// ProvideBuffer is provideBuffer.
var ProvideBuffer = provideBuffer

// ExpiredDrafts is the statement of System.ExpiredDrafts for one company.
func (s *Store) ExpiredDrafts() string { return fmt.Sprintf(expiredDrafts, s.openDrafts) }

// Write runs a statement on the writer's connections.
func (s *Store) Write(t *testing.T, text string) {
	t.Helper()
	if _, err := s.db.Exec(text); err != nil {
		t.Fatal(err)
	}
}

// TryForTest runs a statement on the writer's connections and returns its error.
func (s *Store) TryForTest(text string) error { _, err := s.db.Exec(text); return err }

// RunForTest runs a statement like the store's own writes and returns its fault.
func (s *Store) RunForTest(ctx context.Context, text string) error {
	return translate(s.write.WithContext(ctx).Exec(text).Error)
}

// JobCountsStatement is the statement of System.JobCounts.
var JobCountsStatement = jobCounts

// ColumnsForTest lists table.column of the application's tables, and whether the column is NOT NULL. A primary key of
// one integer is never NULL on SQLite.
func (s *Store) ColumnsForTest(t *testing.T) []string {
	t.Helper()
	query := `SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END
		FROM information_schema.columns WHERE table_schema = 'public'`
	if s.name == "sqlite" {
		query = `SELECT m.name || '.' || c.name || CASE WHEN c."notnull" OR c.pk = 1 AND lower(c.type) = 'integer' THEN ' NOT NULL' ELSE '' END
			FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`
	}
	var all, ours []string
	if err := s.read.Raw(query).Scan(&all).Error; err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if !strings.HasPrefix(c, "river_") && !strings.HasPrefix(c, "goose_") && !strings.HasPrefix(c, "sqlite_") {
			ours = append(ours, c)
		}
	}
	sort.Strings(ours)
	return ours
}

// TypesForTest returns the types of the arrays from which rows are inserted, by table.column.
func (s *Store) TypesForTest(rows ...any) map[string]string {
	types := map[string]string{}
	for _, row := range rows {
		t := s.tables.of(row)
		for _, f := range t.fields {
			types[t.name+"."+f.DBName] = postgresType(f)
		}
	}
	return types
}

// RowColumnsForTest lists table.column of every field of these row types.
func (s *Store) RowColumnsForTest(rows ...any) []string {
	var all []string
	for _, row := range rows {
		t := s.tables.of(row)
		for _, f := range slices.Concat(t.fields, t.given) {
			all = append(all, t.name+"."+f.DBName)
		}
	}
	return all
}

// MigrationsForTest is the number of migrations of a database: the files, and the steps in Go.
func MigrationsForTest(t *testing.T, database string) int {
	t.Helper()
	files, err := fs.Glob(migrations, "migrations/"+database+"/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no migrations of ", database, ": ", err)
	}
	return len(files) + len(riverSteps) + len(dataSteps)
}

// ForgetWritable makes the next call of Writable write.
func (s *Store) ForgetWritable() {
	s.writable.mu.Lock()
	defer s.writable.mu.Unlock()
	s.writable.at = time.Time{}
}

// ReadForTest runs a statement on the readers' connections.
func (s *Store) ReadForTest(ctx context.Context, text string) error {
	return s.read.WithContext(ctx).Exec(text).Error
}

// Forget makes the server forget the prepared statements of some connections, which their clients still count on.
func (s *Store) Forget(t *testing.T) {
	t.Helper()
	for range 3 {
		conn, err := s.db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		err = conn.Raw(func(driverConn any) error {
			c, _ := pgxConn(driverConn)
			return c.PgConn().Exec(t.Context(), "DEALLOCATE ALL").Close()
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Readers is GORM on the readers' connections.
func (s *Store) Readers() *gorm.DB { return s.read }

// SessionForTest is GORM in the transaction.
func (tx *Tx) SessionForTest(ctx context.Context) *gorm.DB { return tx.in(ctx) }

// WakeMailByRiver is WakeMail by River's own client.
func (tx *Tx) WakeMailByRiver(ctx context.Context) error {
	_, err := tx.store.jobs.InsertTx(ctx, tx.sql, WakeMail{}, &river.InsertOpts{MaxAttempts: 3})
	return err
}

// LaterPanicking queues a write that is refused, and whose translation panics.
func (tx *Tx) LaterPanicking() {
	tx.later(statement{sql: "INSERT INTO companies SELECT * FROM companies", fault: func(error) error { panic("a defect") }})
}

// ReadRowForTest reads one value on the readers' connections.
func (s *Store) ReadRowForTest(ctx context.Context, text string, into any) error {
	return translate(s.read.WithContext(ctx).Raw(text).Row().Scan(into))
}
