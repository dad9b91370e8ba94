package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
)

// checkLimit is how long a check of readiness may take.
const checkLimit = 2 * time.Second

// readinessBody is whether to send requests to this instance.
type readinessBody struct {
	// Where it stands.
	Status string `json:"status" enums:"ready,unready,draining"`
	// What was asked.
	Checks []checkBody `json:"checks"`
}

// checkBody is one thing that readiness depends on.
type checkBody struct {
	// As people write it.
	Name string `json:"name" maxLength:"200"`
	// Where it stands.
	Status string `json:"status" enums:"ok,failed,slow"`
}

// livenessBody is that the process serves.
type livenessBody struct {
	// Where it stands.
	Status string `json:"status" enums:"alive"`
}

func livezSpec() web.Spec {
	return web.Spec{Answers: answersOK(livenessBody{})}
}

// livez says that the process serves. It asks nobody, so that a database that is away restarts nothing.
//
//	@Summary		Is the process alive
//	@Description	Says that the process serves. It asks nobody, so that a database that is away restarts nothing.
//	@ID				livez
//	@Tags			operations
//	@Success		200	"The process serves"
//	@Router			/livez [get]
func (*service) livez(c web.Request) error {
	return web.WriteJSON(c, http.StatusOK, livenessBody{"alive"})
}

func readyzSpec() web.Spec {
	return web.Spec{Answers: []web.Answer{{Status: http.StatusOK, Body: readinessBody{}}, {Status: http.StatusServiceUnavailable, Body: readinessBody{}}}}
}

// readyz says whether to send requests here: every check passes and the instance is not stopping.
//
//	@Summary		Is the instance ready
//	@Description	Says whether to send requests here: the database answers and has the schema that this version needs, and the instance is not stopping.
//	@ID				readyz
//	@Tags			operations
//	@Success		200	"Every check passes"
//	@Success		503	"A check fails, or the instance is stopping"
//	@Router			/readyz [get]
func (s *service) readyz(c web.Request) error {
	body := readinessBody{Status: "ready", Checks: s.runChecks(c.Request().Context())}
	for _, check := range body.Checks {
		if check.Status != "ok" {
			body.Status = "unready"
		}
	}
	if s.Draining() {
		body.Status = "draining"
	}
	if body.Status != "ready" {
		return web.WriteJSON(c, http.StatusServiceUnavailable, body)
	}
	return web.WriteJSON(c, http.StatusOK, body)
}

// runChecks runs all checks at once and waits for none longer than its limit, whether it heeds its context or not.
func (s *service) runChecks(ctx context.Context) []checkBody {
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	outcomes := make([]chan error, len(s.Checks))
	for i, check := range s.Checks {
		outcome := make(chan error, 1)
		outcomes[i] = outcome
		go func() {
			defer func() { // a defect in a check fails it, and not the process
				if p := recover(); p != nil {
					outcome <- fmt.Errorf("panic: %v", p)
				}
			}()
			outcome <- check.Run(ctx)
		}()
	}
	bodies := make([]checkBody, len(s.Checks))
	for i, check := range s.Checks {
		bodies[i] = checkBody{Name: check.Name, Status: "ok"}
		select {
		case err := <-outcomes[i]:
			if err != nil {
				bodies[i].Status = "failed"
				s.Logger.LogAttrs(ctx, slog.LevelWarn, "not ready", slog.String("check", check.Name), slog.String("error", err.Error()))
			}
		case <-ctx.Done():
			bodies[i].Status = "slow"
			s.Logger.LogAttrs(ctx, slog.LevelWarn, "not ready", slog.String("check", check.Name), slog.String("error", "no answer in time"))
		}
	}
	return bodies
}
