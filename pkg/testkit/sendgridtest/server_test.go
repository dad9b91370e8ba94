package sendgridtest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func start(t *testing.T) *sendgridtest.Server {
	t.Helper()
	s, err := sendgridtest.Start("SG.key", func() time.Time { return noon })
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

const good = `{"personalizations":[{"to":[{"email":"ann@bloom.example"}],"custom_args":{"email_id":"l1"}}],
	"from":{"email":"desk@rosa.example","name":"Rosa"},"subject":"Hi",
	"content":[{"type":"text/plain","value":"hi"},{"type":"text/html","value":"<p>hi"}],
	"attachments":[{"content":"JVBERg==","type":"application/pdf","filename":"a.pdf"}]}`

func post(t *testing.T, s *sendgridtest.Server, authorization string, body io.Reader) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/v3/mail/send", body)
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer, string(text)
}

func TestAGoodMailIsAcceptedAndJournalled(t *testing.T) {
	s := start(t)
	answer, body := post(t, s, "Bearer SG.key", strings.NewReader(good))
	require.Equal(t, http.StatusAccepted, answer.StatusCode)
	require.Empty(t, body)
	require.Equal(t, "1795435260", answer.Header.Get("X-RateLimit-Reset"))
	mails := s.ByEmailID("l1")
	require.Len(t, mails, 1)
	require.Equal(t, answer.Header.Get("X-Message-Id"), mails[0].MessageID)
	require.Equal(t, []sendgridtest.Attachment{{Name: "a.pdf", Type: "application/pdf", Data: []byte("%PDF")}}, mails[0].Attachments)
	require.Equal(t, noon, mails[0].At)
	require.Empty(t, s.ByEmailID("l2"))
}

func TestValidationIsSendGrids(t *testing.T) {
	s := start(t)
	many := `"to":[{"email":"a0@x.example"}` + func() (list string) {
		for i := 1; i <= 1000; i++ {
			list += fmt.Sprintf(`,{"email":"a%d@x.example"}`, i)
		}
		return list
	}() + `]`
	ann := `"to":[{"email":"ann@bloom.example"}]`
	for name, c := range map[string]struct{ old, new, field string }{
		"no personalizations":  {`"personalizations":[{` + ann + `,"custom_args":{"email_id":"l1"}}]`, `"personalizations":[]`, "personalizations"},
		"no to":                {ann, `"to":[]`, "personalizations.0.to"},
		"bad address":          {"ann@bloom.example", "ann", "personalizations.0.to.0.email"},
		"1001 recipients":      {ann, many, "personalizations"},
		"duplicate in cc":      {ann, ann + `,"cc":[{"email":"ANN@bloom.example"}]`, "personalizations.0"},
		"duplicate in to":      {ann, `"to":[{"email":"ann@bloom.example"},{"email":"ann@bloom.example"}]`, "personalizations.0"},
		"large custom_args":    {`"l1"`, `"` + strings.Repeat("x", 10_000) + `"`, "personalizations.0.custom_args"},
		"no from":              {`"from":{"email":"desk@rosa.example","name":"Rosa"},`, "", "from.email"},
		"bad from":             {"desk@rosa.example", "desk", "from.email"},
		"no subject":           {`"subject":"Hi",`, "", "subject"},
		"no content":           {`"content":[{"type":"text/plain","value":"hi"},{"type":"text/html","value":"<p>hi"}],`, "", "content"},
		"empty content":        {`"value":"hi"`, `"value":""`, "content.0.value"},
		"html first":           {`{"type":"text/plain","value":"hi"},{"type":"text/html","value":"<p>hi"}`, `{"type":"text/html","value":"<p>hi"},{"type":"text/plain","value":"hi"}`, "content"},
		"plain twice":          {`"type":"text/html"`, `"type":"text/plain"`, "content"},
		"attachment no base64": {"JVBERg==", "%PDF", "attachments.0.content"},
		"attachment unnamed":   {`"filename":"a.pdf"`, `"filename":""`, "attachments.0.filename"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := strings.Replace(good, c.old, c.new, 1)
			require.NotEqual(t, good, bad)
			answer, body := post(t, s, "Bearer SG.key", strings.NewReader(bad))
			require.Equal(t, http.StatusBadRequest, answer.StatusCode)
			var said struct {
				Errors []struct{ Message, Field string }
			}
			require.NoError(t, json.Unmarshal([]byte(body), &said))
			require.Len(t, said.Errors, 1)
			require.Equal(t, c.field, said.Errors[0].Field)
			require.NotEmpty(t, said.Errors[0].Message)
		})
	}
	require.Empty(t, s.Accepted())
}

func TestOtherRefusals(t *testing.T) {
	s := start(t)
	for _, authorization := range []string{"", "Bearer ", "Bearer SG.other", "Basic SG.key"} {
		answer, body := post(t, s, authorization, strings.NewReader(good))
		require.Equal(t, http.StatusUnauthorized, answer.StatusCode, authorization)
		require.Contains(t, body, `"field":null,"help":null`)
	}
	answer, _ := post(t, s, "Bearer SG.key", strings.NewReader("{"))
	require.Equal(t, http.StatusBadRequest, answer.StatusCode)
	answer, body := post(t, s, "Bearer SG.key", bytes.NewReader(bytes.Repeat([]byte(" "), sendgridtest.MaxBytes+1)))
	require.Equal(t, http.StatusRequestEntityTooLarge, answer.StatusCode)
	require.Contains(t, body, "too large")
	require.Empty(t, s.Accepted())
}

func TestFaultsComeInOrderAndEnd(t *testing.T) {
	s := start(t)
	s.Script(append(sendgridtest.Times(2, sendgridtest.Answer(500)), sendgridtest.RateLimited(noon.Add(time.Hour)))...)
	s.Always(sendgridtest.Answer(503))
	var statuses []int
	for range 5 {
		answer, _ := post(t, s, "Bearer SG.key", strings.NewReader(good))
		statuses = append(statuses, answer.StatusCode)
		if answer.StatusCode == http.StatusTooManyRequests {
			require.Equal(t, "1795438800", answer.Header.Get("X-RateLimit-Reset"))
		}
	}
	s.Heal()
	answer, _ := post(t, s, "Bearer SG.key", strings.NewReader(good))
	require.Equal(t, []int{500, 500, 429, 503, 503, 202}, append(statuses, answer.StatusCode))
	require.Equal(t, 6, s.Requests())
	require.Len(t, s.Accepted(), 1)
}
