package servicetest

import (
	"database/sql"
	"strings"
	"testing"

	_ "github.com/glebarez/go-sqlite" // the driver "sqlite"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
)

// Database is the test's own connection to the service's database, for reading rows directly and for holding locks. It
// is closed after the test.
func (s *Service) Database(t testing.TB) *sql.DB {
	t.Helper()
	driver, dsn := "pgx", s.Address
	if path, ok := strings.CutPrefix(s.Address, "sqlite:"); ok {
		driver, dsn = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_txlock=immediate"
	}
	db, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// Rows returns the number of rows of each of the service's tables. The jobs are counted unless this service works on them, because a job
// that is done goes at a moment that no test knows.
func (s *Service) Rows(t testing.TB) map[string]int {
	t.Helper()
	s.counting.Do(func() {
		s.counted = s.Database(s.t)
		query := `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
		if strings.HasPrefix(s.Address, "sqlite:") {
			query = `SELECT name FROM sqlite_master WHERE type = 'table'`
		}
		var counts []string
		for _, name := range texts(t, s.counted, query) {
			if strings.HasPrefix(name, "sqlite_") || strings.HasPrefix(name, "goose_") || strings.HasPrefix(name, "river_") && name != "river_job" {
				continue
			}
			counts = append(counts, "SELECT '"+name+"', count(*) FROM "+name)
		}
		s.count = strings.Join(counts, " UNION ALL ")
	})
	rows, err := s.counted.Query(s.count)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	counts := map[string]int{}
	for rows.Next() {
		var name string
		var n int
		require.NoError(t, rows.Scan(&name, &n))
		counts[name] = n
	}
	require.NoError(t, rows.Err())
	require.Greater(t, len(counts), 10)
	if s.works.Load() {
		delete(counts, "river_job")
	}
	return counts
}

// texts returns the first column of a query's rows.
func texts(t testing.TB, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(query)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var one string
		require.NoError(t, rows.Scan(&one))
		all = append(all, one)
	}
	require.NoError(t, rows.Err())
	return all
}
