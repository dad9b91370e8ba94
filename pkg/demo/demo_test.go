package demo_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/demo"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit"
	"github.com/stretchr/testify/require"
)

// The demo company can be created at any time of any day, on each database, and has every state.
func TestLong_Fill(t *testing.T) {
	testkit.Long(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		now := time.Date(2026, 3, 8, 5, 10, 0, 0, time.UTC) // shortly after midnight in New York, in the night when daylight saving time begins
		if s.Name() == "postgres" {
			now = time.Date(2026, 11, 2, 4, 55, 0, 0, time.UTC) // just before midnight, after daylight saving time has ended
		}
		mails := filepath.Join(t.TempDir(), "mail")
		require.NoError(t, demo.Fill(t.Context(), demo.Options{Store: s, Now: now, MailDir: mails, MailFrom: "orders@demo.example", Log: slog.New(slog.DiscardHandler)}))

		d := desk.New(desk.Options{Store: s, Now: func() time.Time { return now }})
		page, err := d.List(t.Context(), demo.People()[0], desk.OrderFilter{Window: desk.Window{Limit: 200}}, desk.Extras{})
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(page.Rows), 40)
		seen := map[string]int{}
		for _, o := range page.Rows {
			require.False(t, o.PlacedAt.After(now), o.Number)
			require.False(t, o.UpdatedAt.After(now), o.Number)
			seen[string(o.Kind)+" "+string(o.Status)]++
			seen["origin "+string(o.Origin)]++
			seen["email "+o.EmailStatus]++
			seen["void "+string(o.VoidCause)]++
			if o.Kind == order.KindOrder {
				seen["payment "+string(o.PaymentStatus)]++
				seen[map[bool]string{true: "$"}[o.PaymentIndicator]]++
			}
			if o.CreditNoteID != nil {
				seen["credit note"]++
			}
			if o.Kind == order.KindPrebook && o.Status == order.StatusDraft && o.LinesCheckedOut > 0 {
				seen["prebook partly checked out"]++
			}
			if o.Kind == order.KindPrebook && o.Status == order.StatusDraft && o.LinesBilled > 0 {
				seen["prebook partly billed"]++
			}
		}
		for _, k := range []order.Kind{order.KindOrder, order.KindPrebook} {
			for _, st := range order.StatusesOf(k) {
				require.NotZero(t, seen[string(k)+" "+string(st)], "no %s is %s", k, st)
			}
		}
		for _, what := range []string{
			"origin W", "origin P", "origin S", "origin X", "$", "credit note", "prebook partly checked out", "prebook partly billed",
			"payment unpaid", "payment partially_paid", "payment paid", "payment overpaid", "payment refunded",
			"void staff", "void customer", "void expired", "email sent", "email delivered", "email bounced", "email failed",
		} {
			require.NotZero(t, seen[what], what)
		}
		waiting, _, err := s.System().MailBacklog(t.Context(), now)
		require.NoError(t, err)
		require.Zero(t, waiting, "all its e-mails are sent")
		files, err := filepath.Glob(filepath.Join(mails, "*.eml"))
		require.NoError(t, err)
		require.Greater(t, len(files), 25)
	})
}

func TestPeopleHaveEachRoleOnce(t *testing.T) {
	var roles []auth.Role
	for _, p := range demo.People() {
		roles = append(roles, p.Roles...)
	}
	require.Equal(t, auth.Roles(), roles)
}
