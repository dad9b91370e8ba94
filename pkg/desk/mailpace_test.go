package desk_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// dueEmails confirms n orders of each of two companies, whose e-mails are then due. It returns the customers' addresses, the
// oldest e-mail first.
func dueEmails(t *testing.T, s *servicetest.Service, n int) (first, second []string) {
	t.Helper()
	others := s.Actor(t, auth.Actor{CompanyID: servicetest.Other, Subject: "ann", Name: "Ann", Roles: []auth.Role{auth.Admin}})
	for i := range n {
		for company, c := range map[string]struct {
			admin *servicetest.Client
			list  *[]string
		}{"first": {s.As(t, auth.Admin), &first}, "second": {others, &second}} {
			code := fmt.Sprint("C", i)
			address := fmt.Sprintf("%d@%s.example", i, company)
			c.admin.Post("/v1/customers", map[string]any{"code": code, "name": code, "emails": []string{address}}).Is(http.StatusCreated)
			apitest.Confirm(c.admin, apitest.Placed(c.admin, apitest.Cart(code, apitest.Line("on_hand", 1))))
			*c.list = append(*c.list, address)
		}
	}
	return first, second
}

// After a pause, or after the provider took no more e-mails for a while, the backlog goes out over ten seconds: the oldest first,
// the companies in turn, at equal distances. The time passes by the service's clock.
func TestBacklogGoesOutSlowly(t *testing.T) {
	for cause, answer := range map[string]func(*servicetest.Service) sendgridtest.Fault{
		"key": func(*servicetest.Service) sendgridtest.Fault { return sendgridtest.Answer(401) },
		"reset": func(s *servicetest.Service) sendgridtest.Fault {
			return sendgridtest.RateLimited(s.Clock.Now().Add(time.Minute))
		},
	} {
		t.Run(cause, func(t *testing.T) {
			servicetest.Each(t, servicetest.Options{NoJobs: true}, func(t *testing.T, s *servicetest.Service) {
				const n = 8
				first, second := dueEmails(t, s, n)
				s.SendGrid.Always(answer(s))
				_, err := s.Desk.Post(t.Context())
				require.NoError(t, err)
				requests := s.SendGrid.Requests()
				posted, err := s.Desk.Post(t.Context())
				require.NoError(t, err)
				require.Equal(t, desk.Posted{}, posted)
				require.Equal(t, requests, s.SendGrid.Requests(), "no other e-mail is tried")
				s.SendGrid.Heal()
				if cause == "key" {
					resumed, err := s.Desk.ResumeMail(t.Context())
					require.NoError(t, err)
					require.True(t, resumed)
				} else {
					s.Clock.Move(2 * time.Minute)
				}
				var at []time.Duration
				began := s.Clock.Now()
				for len(at) < 2*n {
					posted, err := s.Desk.Post(t.Context())
					require.NoError(t, err)
					if posted.Sent {
						at = append(at, s.Clock.Now().Sub(began))
					} else {
						require.Positive(t, posted.Wait)
						s.Clock.Move(posted.Wait)
					}
				}
				require.GreaterOrEqual(t, at[len(at)-1]-at[0], 9900*time.Millisecond)
				require.Less(t, at[len(at)/2]-at[0], 8*time.Second)
				sent := map[string][]string{}
				for i, m := range s.SendGrid.Accepted() {
					company := m.To[0][len(m.To[0])-len("first.example"):]
					if i < 2*n-4 {
						require.LessOrEqual(t, len(sent[company]), i/2+1, "companies take turns")
					}
					sent[company] = append(sent[company], m.To[0])
				}
				if cause == "reset" { // the e-mail that was refused waits longer than the others
					require.Len(t, sent, 2)
					return
				}
				require.Equal(t, first, sent["first.example"])
				require.Equal(t, second, sent["econd.example"])
			})
		})
	}
}

// hanging is a sender whose messages to one company's customers hang.
type hanging struct {
	domain string
	let    chan struct{}
	mu     sync.Mutex
	hung   int
	sent   []string
}

func (h *hanging) Send(_ context.Context, m mail.Message) email.Outcome {
	h.mu.Lock()
	if to := m.To[0]; to[len(to)-len(h.domain):] == h.domain {
		h.hung++
		h.mu.Unlock()
		<-h.let
	} else {
		h.sent = append(h.sent, to)
		h.mu.Unlock()
	}
	return email.Accepted("x")
}

func (h *hanging) counts() (hung, sent int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.hung, len(h.sent)
}

// One company's recipients hang. It holds half of the workers, and the e-mails of others go out.
func TestACompanyHoldsHalfOfTheWorkers(t *testing.T) {
	servicetest.Each(t, servicetest.Options{NoJobs: true}, func(t *testing.T, s *servicetest.Service) {
		h := &hanging{domain: "first.example", let: make(chan struct{})}
		d := desk.New(desk.Options{Store: s.Store, Now: s.Clock.Now, Sender: h, MailFrom: "orders@rosefields.example", MailShare: 4})
		dueEmails(t, s, 6)
		var workers sync.WaitGroup
		for range 8 {
			workers.Go(func() {
				for {
					if posted, err := d.Post(context.Background()); err != nil || posted == (desk.Posted{}) {
						return
					}
				}
			})
		}
		require.Eventually(t, func() bool {
			hung, sent := h.counts()
			return hung == 4 && sent == 6
		}, 20*time.Second, 5*time.Millisecond)
		close(h.let)
		workers.Wait()
		hung, _ := h.counts()
		require.GreaterOrEqual(t, hung, 4)
	})
}
