package api

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/testkit/webtest"
)

func TestKeptAnswers(t *testing.T) {
	var replayed bool
	log := &webtest.Log{}
	h := web.New(web.Options{Verifier: webtest.Verifier{}, Now: time.Now, Reader: Reader(), Logger: log.Logger()}, []web.Endpoint{{Route: web.Route{Method: "POST", Path: "/v1/t"}, Handle: func(c web.Request) error {
		return sendReply(c, desk.Reply{Answer: desk.Answer{Status: http.StatusCreated, Body: []byte(`{"z":1, "a":"<>"}`)}, Replayed: replayed}, nil)
	}}})
	s := webtest.Start(t, web.NewServer("", h, log.Logger()).Server, log)
	first := s.Ask(t, "POST", "/v1/t", "")
	replayed = true
	again := s.Ask(t, "POST", "/v1/t", "")
	require.Equal(t, `{"z":1, "a":"<>"}`, first.Text)
	require.Equal(t, first.Text, again.Text)
	require.Equal(t, []string{"", "true"}, []string{first.Header.Get("Idempotency-Replayed"), again.Header.Get("Idempotency-Replayed")})
}
