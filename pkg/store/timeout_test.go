package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// endless is a statement that runs longer than any timeout.
const endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT count(*) FROM n"

// If a request ends during a statement, the fault is request_timeout, both after a timeout and after a cancelled
// request.
func TestRequestEndsDuringAStatement(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		passing, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer cancel()
		err := s.RunForTest(passing, endless)
		require.True(t, fault.Is(err, fault.RequestTimeout), "%v", err)

		leaving, leave := context.WithCancel(context.Background())
		time.AfterFunc(200*time.Millisecond, leave)
		err = s.RunForTest(leaving, endless)
		require.True(t, fault.Is(err, fault.RequestTimeout), "%v", err)
	})
}

// A statement timeout that the operator sets in DATABASE_URL is reported like ours.
func TestStatementTimeout(t *testing.T) {
	address := storetest.Postgres(t)
	glue := "?"
	if strings.Contains(address, "?") {
		glue = "&"
	}
	s := storetest.Open(t, address+glue+"statement_timeout=200", store.Options{})
	err := s.RunForTest(context.Background(), endless)
	require.True(t, fault.Is(err, fault.RequestTimeout), "%v", err)
}
