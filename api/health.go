package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// checkLimit is the time limit of a check of readiness.
const checkLimit = 2 * time.Second

// readinessBody is the state of an instance: whether it takes requests.
type readinessBody struct {
	// The status.
	Status string `json:"status" enums:"ready,unready,draining"`
	// The checks.
	Checks []checkBody `json:"checks"`
}

// checkBody is the result of one check of readiness.
type checkBody struct {
	// The name.
	Name string `json:"name" maxLength:"200"`
	// The status.
	Status string `json:"status" enums:"ok,failed,slow"`
}

// livenessBody is the state of the process.
type livenessBody struct {
	// The status.
	Status string `json:"status" enums:"alive"`
}

func livezSpec() web.Spec {
	return web.Spec{Answers: answersOK(livenessBody{})}
}

// livez reports that the process serves. It checks nothing else, so an unavailable database does not restart the process.
//
//	@Summary		Check that the process is alive
//	@Description	Reports that the process serves requests. It checks nothing else, so an unavailable database does not restart the process.
//	@ID				livez
//	@Tags			operations
//	@Success		200	"The process serves requests"
//	@Router			/livez [get]
func (*service) livez(c web.Request) error {
	return web.WriteJSON(c, http.StatusOK, livenessBody{"alive"})
}

func readyzSpec() web.Spec {
	return web.Spec{Answers: []web.Answer{{Status: http.StatusOK, Body: readinessBody{}}, {Status: http.StatusServiceUnavailable, Body: readinessBody{}}}}
}

// readyz reports whether the instance takes requests: every check passes and the instance is not stopping.
//
//	@Summary		Check that the instance is ready
//	@Description	Reports whether the instance takes requests: the database answers, has the schema that this version needs and takes writes, and the instance is not stopping. If writes fail for every instance, as on a full disk, the check writes has failed and the instance stays ready, because reads go on.
//	@ID				readyz
//	@Tags			operations
//	@Success		200	"The instance takes requests"
//	@Success		503	"A check fails, or the instance is stopping"
//	@Router			/readyz [get]
func (s *service) readyz(c web.Request) error {
	body := readinessBody{Status: "ready"}
	var ready bool
	if body.Checks, ready = s.runChecks(c.Request().Context()); !ready {
		body.Status = "unready"
	}
	if s.Draining() {
		body.Status = "draining"
	}
	if body.Status != "ready" {
		return web.WriteJSON(c, http.StatusServiceUnavailable, body)
	}
	return web.WriteJSON(c, http.StatusOK, body)
}

func runCheck(ctx context.Context, check Check) (err error) {
	defer fault.CatchPanic("check "+check.Name, &err)
	return check.Run(ctx)
}

// runChecks runs all checks at once, and reports whether the instance is ready. It waits no longer than the limit, even if a
// check ignores its context.
func (s *service) runChecks(ctx context.Context) (bodies []checkBody, ready bool) {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	outcomes := make([]chan error, len(s.Checks))
	for i, check := range s.Checks {
		outcome := make(chan error, 1)
		outcomes[i] = outcome
		go func() { outcome <- runCheck(ctx, check) }()
	}
	bodies, ready = make([]checkBody, len(s.Checks)), true
	for i, check := range s.Checks {
		bodies[i] = checkBody{Name: check.Name, Status: "ok"}
		select {
		case err := <-outcomes[i]:
			if err != nil {
				bodies[i].Status = "failed"
				ready = ready && errors.As(err, &Degraded{})
				s.Logger.LogAttrs(ctx, slog.LevelWarn, "a check of readiness failed", slog.String("check", check.Name), slog.String("error", err.Error()))
			}
		case <-ctx.Done():
			bodies[i].Status, ready = "slow", false
			s.Logger.LogAttrs(ctx, slog.LevelWarn, "a check of readiness failed", slog.String("check", check.Name), slog.String("error", "no answer in time"))
		}
	}
	return bodies, ready
}
