package record

import (
	"os"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/testkit/pgtest"
)

func TestMain(m *testing.M) {
	pgtest.OwnServer()
	os.Exit(m.Run())
}
