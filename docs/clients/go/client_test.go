package orderdesk_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	orderdesk "github.com/orderdesk/orderdesk/docs/clients/go"
)

// recorder answers each request in the same way and keeps the last one.
type recorder struct {
	status          int
	mediaType, body string
	got             *http.Request
	sent            string
}

func (r *recorder) client(t *testing.T, token func(context.Context) (string, error)) *orderdesk.Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		sent, err := io.ReadAll(req.Body)
		if err != nil {
			t.Error(err)
		}
		r.got, r.sent = req, string(sent)
		w.Header().Set("Content-Type", r.mediaType)
		w.WriteHeader(r.status)
		_, _ = io.WriteString(w, r.body)
	}))
	t.Cleanup(s.Close)
	return orderdesk.New(s.URL+"/", token)
}

func equal(t *testing.T, what, want, got string) {
	t.Helper()
	if want != got {
		t.Errorf("%s is %s, want %s", what, got, want)
	}
}

func TestRequest(t *testing.T) {
	r := recorder{status: 200, mediaType: "application/json", body: `{"number": "W000001"}`}
	client := r.client(t, orderdesk.Token("abc"))
	ctx, id := t.Context(), orderdesk.ID{15: 7}

	_, err := client.ListOrdersWithResponse(ctx, &orderdesk.ListOrdersParams{
		Origin: &[]string{"W", "P"}, Q: ptr("a & b"), ShipDateFrom: &openapi_types.Date{Time: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)},
	})
	must(t, err)
	equal(t, "the method", "GET", r.got.Method)
	for _, part := range []string{"origin=W,P", "q=a%20%26%20b", "ship_date_from=2026-03-02"} {
		if query := strings.ReplaceAll(r.got.URL.RawQuery, "+", "%20"); !strings.Contains("&"+query+"&", "&"+part+"&") {
			t.Errorf("the query is %s, want %s in it", query, part)
		}
	}
	equal(t, "the token", "Bearer abc", r.got.Header.Get("Authorization"))

	version := `"v3"`
	order, err := client.UpdateOrderWithResponse(ctx, id, &orderdesk.UpdateOrderParams{IfMatch: version}, orderdesk.OrderPatch{Notes: ptr("x")})
	must(t, err)
	equal(t, "the path", "/v1/orders/00000000-0000-0000-0000-000000000007", r.got.URL.Path)
	equal(t, "If-Match", version, r.got.Header.Get("If-Match"))
	equal(t, "the media type", "application/json", r.got.Header.Get("Content-Type"))
	equal(t, "the body", `{"notes":"x"}`, r.sent)
	equal(t, "the number", "W000001", order.JSON200.Number)

	_, err = client.UpdateOrder(ctx, id, nil, orderdesk.OrderPatch{Notes: ptr("x")}, orderdesk.RawBody(`{"notes": null}`))
	must(t, err)
	equal(t, "the raw body", `{"notes": null}`, r.sent)
}

func TestAnswers(t *testing.T) {
	r := recorder{status: 409, mediaType: "application/problem+json", body: `{"code": "order_not_confirmable"}`}
	client := r.client(t, orderdesk.Token("abc"))
	refused, err := client.ConfirmOrderWithResponse(t.Context(), orderdesk.ID{}, nil)
	must(t, err)
	if refused.StatusCode() != 409 || refused.JSON200 != nil || refused.Problem == nil || refused.Problem.Code != "order_not_confirmable" {
		t.Errorf("a refusal is %+v", refused)
	}
	r.status, r.mediaType, r.body = 502, "text/html", "<p>Bad gateway"
	refused, err = client.ConfirmOrderWithResponse(t.Context(), orderdesk.ID{}, nil)
	must(t, err)
	if refused.Problem != nil || string(refused.Body) != r.body {
		t.Errorf("a proxy's answer is %+v", refused)
	}
	r.status, r.mediaType, r.body = 200, "application/json", "{"
	if _, err = client.ConfirmOrderWithResponse(t.Context(), orderdesk.ID{}, nil); err == nil {
		t.Error("half a body is no error")
	}
	failed := errors.New("no token")
	client = r.client(t, func(context.Context) (string, error) { return "", failed })
	if _, err = client.ConfirmOrderWithResponse(t.Context(), orderdesk.ID{}, nil); !errors.Is(err, failed) {
		t.Errorf("the token's error is %v", err)
	}
}
