package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

// sent is an answer of one of several processes.
type sent struct {
	status int
	body   string
}

// atOnce sends the same request to each process at the same moment, several times, and repeats it with the same key while the answer asks
// for that. An empty key gives each request one of its own.
func atOnce(t *testing.T, token, method, path, body, key string, to ...instance) []sent {
	t.Helper()
	const each = 3
	answers := make([]sent, each*len(to))
	var requests sync.WaitGroup
	begin := make(chan struct{})
	for i := range answers {
		url, own := to[i%len(to)].url, key
		if own == "" {
			own = uuid.NewString()
		}
		requests.Go(func() {
			<-begin
			for range 50 {
				req, err := http.NewRequest(method, url+path, strings.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				req.Header.Set("Authorization", "Bearer "+token)
				req.Header.Set("Idempotency-Key", own)
				if body != "" {
					req.Header.Set("Content-Type", "application/json")
				}
				res, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Error(err)
					return
				}
				raw, err := io.ReadAll(res.Body)
				_ = res.Body.Close()
				if err != nil {
					t.Error(err)
					return
				}
				answers[i] = sent{res.StatusCode, string(raw)}
				if res.Header.Get("Retry-After") == "" {
					return
				}
				time.Sleep(100 * time.Millisecond)
			}
		})
	}
	close(begin)
	requests.Wait()
	return answers
}

// Two processes on one PostgreSQL get each request at the same moment. Whatever they do, it happens once: an order for a key and for a
// reference, an invoice and an e-mail for an order, a payment for its reference. The numbers of invoices have no gap, and check finds
// nothing.
func TestTwoProcessesDoEachThingOnce(t *testing.T) {
	t.Parallel()
	database := storetest.Postgres(t)
	companyID := databaseWithCompany(t, database)
	r := release{env: serving(t, database)}
	token := r.ok(t, "token", "--company", companyID, "--role", "Admin", "--sub", "anna", "--ttl", "1h")
	one, two := r.serve(t), r.serve(t)
	same := func(answers []sent) string {
		t.Helper()
		for _, a := range answers {
			require.Equal(t, answers[0].body, a.body, "a repeated key gets the first answer")
			require.Equal(t, answers[0].status, a.status)
		}
		return answers[0].body
	}
	const rounds = 10
	numbers := map[string]bool{}
	for n := range rounds {
		id, err := placedID(http.StatusCreated, []byte(same(atOnce(t, token, "POST", "/v1/orders", cart, uuid.NewString(), one, two))))
		require.NoError(t, err)

		reference := fmt.Sprint("order of the shop ", n)
		ids := map[string]bool{}
		for _, a := range atOnce(t, token, "POST", "/v1/orders", strings.Replace(cart, `{`, `{"external_reference":"`+reference+`",`, 1), "", one, two) {
			require.Contains(t, []int{http.StatusCreated, http.StatusConflict}, a.status, "%s", a.body) // the refusal names the order
			referenced, err := placedID(http.StatusCreated, []byte(a.body))
			require.NoError(t, err)
			ids[referenced] = true
		}
		require.Len(t, ids, 1)

		pay := `{"method":"card","amount":"1.00","reference":"` + uuid.NewString() + `"}`
		payments := map[string]bool{}
		for _, a := range atOnce(t, token, "POST", "/v1/orders/"+id+"/payments", pay, "", one, two) {
			require.Contains(t, []int{http.StatusCreated, http.StatusOK}, a.status, "%s", a.body)
			var recorded struct{ ID string }
			require.NoError(t, json.Unmarshal([]byte(a.body), &recorded))
			payments[recorded.ID] = true
		}
		require.Len(t, payments, 1)

		invoices := map[string]bool{}
		for _, a := range atOnce(t, token, "POST", "/v1/orders/"+id+"/confirm", "", "", one, two) {
			require.Equal(t, http.StatusOK, a.status, "%s", a.body)
			var confirmed struct{ Invoice struct{ Number string } }
			require.NoError(t, json.Unmarshal([]byte(a.body), &confirmed))
			invoices[confirmed.Invoice.Number] = true
		}
		require.Len(t, invoices, 1)
		for number := range invoices {
			numbers[number] = true
		}
	}
	for n := range rounds {
		require.True(t, numbers[fmt.Sprintf("INV-%06d", n+1)], "%v", numbers)
	}
	require.Len(t, numbers, rounds)
	_, raw, err := caller{two.url, token}.ask("GET", "/v1/orders?include=count", nil)
	require.NoError(t, err)
	var list struct{ Page struct{ Total int } }
	require.NoError(t, json.Unmarshal(raw, &list))
	require.Equal(t, 2*rounds, list.Page.Total, "%s", raw)
	files := func() int {
		entries, err := os.ReadDir(r.env["MAIL_DIR"])
		if err != nil {
			return 0
		}
		return len(entries)
	}
	require.Eventually(t, func() bool { return files() >= rounds }, time.Minute, 50*time.Millisecond, "the e-mails are sent")
	time.Sleep(500 * time.Millisecond) // a second copy would come now
	require.Equal(t, rounds, files())
	require.Contains(t, r.ok(t, "check"), "all invariants hold")
}
