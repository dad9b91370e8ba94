package jobs_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/jobs"
	"github.com/orderdesk/orderdesk/pkg/mail"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// gate is a sender that answers once it is opened.
type gate struct {
	open chan struct{}
	mu   sync.Mutex
	of   map[string]int // begun, by the recipient's domain
}

func (g *gate) Send(_ context.Context, m mail.Message) email.Outcome {
	_, domain, _ := strings.Cut(m.To[0], "@")
	g.mu.Lock()
	g.of[domain]++
	g.mu.Unlock()
	<-g.open
	return email.Accepted("x")
}

func (g *gate) begun() (first, second int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.of["first.example"], g.of["second.example"]
}

// One look at a backlog begins as many e-mails as a process sends at the same time, at most half of them of one company. The e-mails
// that end make room for the next ones, without another look.
func TestOneWakeSendsTheBacklog(t *testing.T) {
	storetest.EachAddress(t, func(t *testing.T, address string) {
		g := &gate{open: make(chan struct{}), of: map[string]int{}}
		s := servicetest.Start(t, address, servicetest.Options{NoJobs: true, Desk: func(o *desk.Options) { o.Sender = g }})
		const many, few = desk.MailWorkers/2 + 4, 6
		others := s.Actor(t, auth.Actor{CompanyID: servicetest.Other, Subject: "ann", Name: "Ann", Roles: []auth.Role{auth.Admin}})
		for domain, c := range map[string]struct {
			*servicetest.Client
			emails int
		}{"first.example": {s.As(t, auth.Admin), many}, "second.example": {others, few}} {
			c.Post("/v1/customers", apitest.Object{"code": "BLOOM", "name": "Bloom", "emails": []string{"buyer@" + domain}}).Is(201)
			for i := range c.emails {
				cart := apitest.But(apitest.Cart("BLOOM", apitest.Line("on_hand", 1)), apitest.Object{"external_reference": fmt.Sprint(i)})
				apitest.Confirm(c.Client, apitest.Placed(c.Client, cart))
			}
		}
		_, err := s.Database(t).Exec("DELETE FROM river_job")
		require.NoError(t, err)
		runner, err := jobs.New(jobs.Options{Store: s.Store, Desk: s.Desk, Log: slog.New(slog.DiscardHandler), Every: time.Hour})
		require.NoError(t, err)
		require.NoError(t, runner.Start(t.Context()))
		t.Cleanup(func() { _ = runner.Stop(context.Background()) })
		soon := func(what string, wantFirst int) {
			t.Helper()
			require.Eventually(t, func() bool { first, second := g.begun(); return first == wantFirst && second == few }, 30*time.Second, 5*time.Millisecond, what)
		}
		soon("a company has half of the workers", desk.MailWorkers/2)
		close(g.open)
		soon("the rest follows", many)
	})
}
