package contract_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract/fuzz"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// The bounds of requests in the document are those that are enforced. A value at the bound gives no fault of size, and
// a value beyond it is refused by its pointer.
func TestBoundsOfTheDocument(t *testing.T) {
	doc, err := contract.Load()
	require.NoError(t, err)
	s := servicetest.Start(t, storetest.SQLite(t), servicetest.Options{NoJobs: true})
	admin, tried := s.As(t, auth.Admin), 0
	for _, o := range doc.Operations() {
		if o.RequestBody == nil || o.OperationID == "receiveSendGridEvents" {
			continue
		}
		path := withThing(t, s, o, o.Path)
		send := func(body object) []string {
			a := admin.Do(o.Method, path, body, "Idempotency-Key", uuid.NewString(), "If-Match", "*")
			if a.Status != http.StatusUnprocessableEntity {
				return nil
			}
			return a.Faults()
		}
		schema := o.RequestBody.Value.Content["application/json"].Schema.Value
		for _, b := range fuzz.Bounds(schema) {
			faults := send(b.Wrap(b.Beyond))
			tried++
			require.True(t, slices.ContainsFunc(faults, func(f string) bool { return strings.HasPrefix(f, b.Pointer+" ") }), "%s takes %.60q at %s: %v", o.OperationID, b.Beyond, b.Pointer, faults)
			if b.Within != nil {
				for _, code := range []string{"field_too_long", "field_out_of_range", "field_required"} {
					require.NotContains(t, send(b.Wrap(b.Within)), b.Pointer+" "+code, o.OperationID)
				}
			}
		}
	}
	require.Greater(t, tried, 1000)
}
