package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/webtest"
	"github.com/stretchr/testify/require"
)

// post sends the e-mails that are due.
func post(t *testing.T, s *service) {
	t.Helper()
	for {
		posted, err := s.Desk.Post(t.Context())
		require.NoError(t, err)
		if !posted.Sent {
			return
		}
	}
}

// What the provider says is cleaned and kept if it is about the e-mail. Nobody outside reads how the service is built.
func TestLastErrorShowsNothingOfTheInside(t *testing.T) {
	log := &webtest.Log{}
	servicetest.Each(t, servicetest.Options{NoJobs: true, Log: log.Logger()}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		odd := "Not\x00 to\u202e this\r\nbox at 10.1.2.3:25, /srv/mail/spool " + strings.Repeat("ß", 300)
		for name, c := range map[string]struct {
			fault sendgridtest.Fault
			code  string
			want  string // the beginning
		}{
			"refused":      {sendgridtest.Says(400, odd), "message_rejected", "The mail provider refuses this e-mail: Not to this box at [address] [path] ßßß"},
			"too large":    {sendgridtest.Says(413, "Over 30 MB"), "message_too_large", "The e-mail is too large for the mail provider: Over 30 MB"},
			"our key":      {sendgridtest.Says(401, "key SG.abc of 10.1.2.3"), "mail_unauthorized", "The mail provider refuses the service, and sending"},
			"unavailable":  {sendgridtest.Says(503, "upstream 10.1.2.3:8080 /srv"), "mail_unavailable", "The e-mail could not be sent now and is tried again."},
			"no answer":    {sendgridtest.DropReply(), "outcome_unknown", "The attempt may have sent the e-mail,"},
			"from a proxy": {sendgridtest.Says(200, "10.1.2.3"), "outcome_unknown", "The attempt may have sent the e-mail,"},
		} {
			t.Run(name, func(t *testing.T) {
				s.SendGrid.Script(c.fault)
				id, email := invoiced(sales, "BLOOM")
				post(t, s)
				l := emailOf(sales, id, email)
				require.Equal(t, c.code, l.At("error_code").Text())
				shown := l.At("last_error").Text()
				require.True(t, strings.HasPrefix(shown, c.want), shown)
				require.LessOrEqual(t, len([]rune(shown)), 260)
				for _, inside := range []string{"10.1.2.3", "/srv", "SG.abc", s.SendGrid.URL(), "127.0.0.1", "EOF", "SendGrid answered"} {
					require.NotContains(t, shown, inside)
				}
				s.Clock.Move(time.Hour) // beyond a pause and an unknown outcome
				post(t, s)
			})
		}
		t.Run("a message id that is no text", func(t *testing.T) {
			s.SendGrid.Script(sendgridtest.Named("sg\xff1"))
			id, email := invoiced(sales, "BLOOM")
			post(t, s)
			require.Equal(t, "sent", emailOf(sales, id, email).At("status").Text())
			require.Len(t, s.SendGrid.ByEmailID(email), 1)
		})
		require.Contains(t, log.String(), "upstream 10.1.2.3:8080", "the operator reads it in the log")
		require.NotContains(t, log.String(), "Not to this box", "but not what is said about a recipient")
	})
}

// A provider that asks for no wait, or names a time that has passed, is asked again after our own delay.
func TestNoRetryBeforeOurOwnDelay(t *testing.T) {
	servicetest.Each(t, servicetest.Options{NoJobs: true}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		for name, fault := range map[string]sendgridtest.Fault{
			"Retry-After: 0": sendgridtest.RetryAfter(503, 0), "429 at once": sendgridtest.RetryAfter(429, 0),
			"a reset in the past": sendgridtest.RateLimited(s.Clock.Now().Add(-time.Hour)),
		} {
			t.Run(name, func(t *testing.T) {
				s.SendGrid.Script(sendgridtest.Times(50, fault)...)
				id, email := invoiced(sales, "BLOOM")
				before := s.SendGrid.Requests()
				post(t, s)
				require.Equal(t, 1, s.SendGrid.Requests()-before, "one attempt, and not as many as the provider lets")
				l := emailOf(sales, id, email)
				next, err := time.Parse(time.RFC3339, l.At("next_attempt_at").Text())
				require.NoError(t, err)
				require.False(t, next.Before(s.Clock.Now().Add(3*time.Second)), "%s", next)
				s.SendGrid.Heal()
				s.Clock.Move(11 * time.Second)
				post(t, s)
				require.Equal(t, "sent", emailOf(sales, id, email).At("status").Text())
			})
		}
	})
}

// SendGrid has the e-mail, and the database is away when the outcome is to be written. It is written once the database is back,
// and no second copy goes out.
func TestAKnownOutcomeIsWrittenUntilItCommits(t *testing.T) {
	servicetest.Each(t, servicetest.Options{NoJobs: true}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		db := s.Database(t)
		exec := func(sql string) {
			_, err := db.Exec(sql)
			require.NoError(t, err)
		}
		id, email, done := unanswered(context.Background(), t, s, sales)
		exec("ALTER TABLE emails RENAME TO emails_away")
		select {
		case err := <-done:
			t.Fatal("the outcome was thrown away: ", err)
		case <-time.After(2500 * time.Millisecond):
		}
		exec("ALTER TABLE emails_away RENAME TO emails")
		require.NoError(t, <-done)
		require.Equal(t, "sent", emailOf(sales, id, email).At("status").Text())
		s.Clock.Move(time.Hour)
		post(t, s)
		require.Len(t, s.SendGrid.ByEmailID(email), 1, "no second copy")

		// A process that stops does not wait for ever.
		stopping, stop := context.WithCancel(context.Background())
		_, _, done = unanswered(stopping, t, s, sales)
		exec("ALTER TABLE emails RENAME TO emails_away")
		time.Sleep(1500 * time.Millisecond)
		stop()
		require.Error(t, <-done)
		exec("ALTER TABLE emails_away RENAME TO emails")
	})
}

// The database refuses an outcome, whatever is tried. It holds no worker for ever: it is written without the provider's words, and
// if that is refused too, it is given up.
func TestAnOutcomeThatIsRefusedHoldsNoWorker(t *testing.T) {
	log := &webtest.Log{}
	quick := func(o *desk.Options) { o.SettlePause = time.Millisecond }
	servicetest.Each(t, servicetest.Options{NoJobs: true, Log: log.Logger(), Desk: quick}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		db := s.Database(t)
		refuse := func(when string) {
			refusal := []string{"CREATE TRIGGER refuse BEFORE UPDATE ON emails WHEN " + when + " BEGIN SELECT RAISE(ABORT, 'refused'); END"}
			if s.Store.Name() == "postgres" {
				refusal = []string{"CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$",
					"CREATE TRIGGER refuse BEFORE UPDATE ON emails FOR EACH ROW WHEN (" + when + ") EXECUTE FUNCTION refuse()"}
			}
			for _, statement := range refusal {
				_, err := db.Exec(statement)
				require.NoError(t, err)
			}
		}
		permit := func() {
			drop := "DROP TRIGGER refuse"
			if s.Store.Name() == "postgres" {
				drop += " ON emails"
			}
			_, err := db.Exec(drop)
			require.NoError(t, err)
		}

		refuse("NEW.provider_id <> ''")
		id, email := invoiced(sales, "BLOOM")
		post(t, s)
		require.Equal(t, "sent", emailOf(sales, id, email).At("status").Text())
		require.Contains(t, log.String(), "is written without the provider's words")
		permit()

		refuse("OLD.state = 'sending'")
		id, email = invoiced(sales, "BLOOM")
		began := time.Now()
		_, err := s.Desk.Post(t.Context())
		require.ErrorContains(t, err, "refused")
		require.Less(t, time.Since(began), 20*time.Second)
		require.Contains(t, log.String(), "was never written")
		permit()
		s.Clock.Move(2 * time.Minute) // Reconcile finds it, and an event of SendGrid settles it
		moved, err := s.Desk.Reconcile(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, moved)
		require.Equal(t, http.StatusNoContent, delivered(t, s, email).Status)
		require.Equal(t, "delivered", emailOf(sales, id, email).At("status").Text())
		require.Len(t, s.SendGrid.ByEmailID(email), 1)
	})
}

// An event that cannot be applied does not stop those behind it, nor does it make SendGrid send its batch for ever.
func TestOneBadEventDoesNotStopTheOthers(t *testing.T) {
	log := &webtest.Log{}
	servicetest.Each(t, servicetest.Options{NoJobs: true, Log: log.Logger()}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		broken, bad := invoiced(sales, "BLOOM")
		fine, good := invoiced(sales, "BLOOM")
		post(t, s)
		_, err := s.Database(t).Exec("UPDATE emails SET recipients = '\"no list\"' WHERE order_id = '" + broken + "'")
		require.NoError(t, err)
		events := s.SendGrid.Events(s.SendGrid.ByEmailID(bad)[0], "delivered")
		events = append(events, s.SendGrid.Events(s.SendGrid.ByEmailID(good)[0], "bounce")...)
		for i := range events {
			events[i].Reason = "550 no\x00 such \xff box\u202e"
		}
		status, err := s.SendGrid.Post(context.Background(), s.URL+"/v1/hooks/sendgrid", events...)
		require.NoError(t, err)
		require.Equal(t, 204, status)
		l := emailOf(sales, fine, good)
		require.Equal(t, "bounced", l.At("status").Text())
		require.Equal(t, "550 no such \uFFFD box", l.At("recipients/0/reason").Text())
		require.Contains(t, log.String(), "an event of SendGrid was not applied")
	})
}

// E-mails of a company that the provider accepts while another outcome is written are written together. One that the database
// refuses holds up no other: each is then written alone.
func TestAcceptancesAreWrittenTogether(t *testing.T) {
	quick := func(o *desk.Options) { o.SettlePause = time.Millisecond }
	servicetest.Each(t, servicetest.Options{NoJobs: true, Desk: quick}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		db := s.Database(t)
		exec := func(statements ...string) {
			for _, statement := range statements {
				_, err := db.Exec(statement)
				require.NoError(t, err)
			}
		}
		for _, refused := range []bool{false, true} {
			type mailed struct{ order, email string }
			all := map[string]mailed{}
			for range 4 {
				id, email := invoiced(sales, "BLOOM")
				all[email] = mailed{id, email}
			}
			claimed, _, err := s.Desk.Claim(t.Context(), len(all))
			require.NoError(t, err)
			require.Len(t, claimed, len(all))
			if bad := claimed[2].ID; refused && s.Store.Name() == "postgres" {
				exec("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$",
					"CREATE TRIGGER refuse BEFORE UPDATE ON emails FOR EACH ROW WHEN (NEW.id = '"+bad+"' AND NEW.provider_id <> '') EXECUTE FUNCTION refuse()")
			} else if refused {
				exec("CREATE TRIGGER refuse BEFORE UPDATE ON emails WHEN NEW.id = '" + bad + "' AND NEW.provider_id <> '' BEGIN SELECT RAISE(ABORT, 'refused'); END")
			}

			holding, err := db.Begin()
			require.NoError(t, err)
			_, err = holding.Exec("UPDATE orders SET po_number = po_number WHERE id = '" + claimed[0].OrderID + "'")
			require.NoError(t, err)
			done := make(chan error, len(claimed))
			before := len(s.SendGrid.Accepted())
			for i, e := range claimed {
				go func() { done <- s.Desk.Deliver(context.Background(), e) }()
				soon(t, "SendGrid has it", func() bool { return len(s.SendGrid.Accepted()) == before+i+1 })
			}
			time.Sleep(200 * time.Millisecond) // until the others wait for the first one
			require.NoError(t, holding.Rollback())
			for range claimed {
				require.NoError(t, <-done)
			}
			written := map[string]int{}
			for _, e := range claimed {
				require.Equal(t, "sent", emailOf(sales, e.OrderID, e.ID).At("status").Text())
				require.Equal(t, "sent", sales.Get(at(e.OrderID)).Is(200).At("email_status").Text())
				require.Contains(t, apitest.Timeline(sales, e.OrderID), "email.sent")
				require.Len(t, s.SendGrid.ByEmailID(e.ID), 1)
				var updated string
				require.NoError(t, db.QueryRow("SELECT CAST(updated_at AS text) FROM emails WHERE id = '"+e.ID+"'").Scan(&updated))
				written[updated]++
			}
			if refused {
				require.Len(t, written, 4, "each alone")
			} else {
				require.Len(t, written, 2, "the first one, and the others together")
			}
		}
	})
}

// SendGrid reports the delivery before it answers. The acceptance, which is written without reading the e-mail again, does not undo it.
func TestAnEventBeforeTheAnswerStays(t *testing.T) {
	servicetest.Each(t, servicetest.Options{NoJobs: true}, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM")
		sales := s.As(t, auth.Sales)
		id, email, done := unanswered(context.Background(), t, s, sales)
		require.Equal(t, http.StatusNoContent, delivered(t, s, email).Status)
		require.NoError(t, <-done)
		require.Equal(t, "delivered", emailOf(sales, id, email).At("status").Text())
		require.Equal(t, "delivered", sales.Get(at(id)).Is(200).At("email_status").Text())
	})
}

// unanswered confirms an order and sends its e-mail. SendGrid has the e-mail and has not answered yet. done gets what Post returns.
func unanswered(ctx context.Context, t *testing.T, s *service, sales *client) (id, emailID string, done <-chan error) {
	t.Helper()
	s.SendGrid.Script(sendgridtest.ReplyAfter(time.Second))
	id, emailID = invoiced(sales, "BLOOM")
	posted := make(chan error, 1)
	go func() {
		_, err := s.Desk.Post(ctx)
		posted <- err
	}()
	soon(t, "SendGrid has it", func() bool { return len(s.SendGrid.ByEmailID(emailID)) == 1 })
	return id, emailID, posted
}
