package web

import (
	"bufio"
	"encoding/csv"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/testkit/webtest"
)

// numbered is a row of an export.
type numbered struct {
	N    int    `json:"n"`
	Text string `json:"text"`
	Note string `json:"note"`
}

var (
	numberedForm = ExportForm[numbered]{"orders", NewCSVTable[numbered]([]CSVColumn{{"n", "n"}, {"text", "text"}, {"note", "note"}})}
	aDay         = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
)

// counting returns rows in chunks and fails at the given chunk (from 1).
func counting[Row any](chunks, perChunk, failAt int, row func(int) Row) Chunk[Row] {
	n := 0
	return func(yield func(Row) error) (bool, error) {
		n++
		if n == failAt {
			return false, fault.New(fault.DatabaseUnavailable, "away")
		}
		for i := range perChunk {
			if err := yield(row((n-1)*perChunk + i)); err != nil {
				return false, err
			}
		}
		return n < chunks, nil
	}
}

func TestStreams(t *testing.T) {
	row := func(i int) numbered { return numbered{i, "=1+1", "a,\"b\"\nc"} }
	stream := func(failAt int, format string) func(Request) error {
		return func(c Request) error {
			return numberedForm.Stream(c, ExportQuery{Format: format}, aDay, counting(3, 1000, failAt, row))
		}
	}
	s := serve(t, nil,
		Endpoint{Route{Method: "GET", Path: "/v1/nd", Limit: Export, Spec: Spec{Produces: []string{MediaNDJSON}}}, stream(0, "ndjson")},
		Endpoint{Route{Method: "GET", Path: "/v1/csv", Limit: Export, Spec: Spec{Produces: []string{MediaCSV}}}, stream(0, "csv")},
		Endpoint{Route{Method: "GET", Path: "/v1/first", Limit: Export, Spec: Spec{Produces: []string{MediaCSV}}}, stream(1, "csv")},
		Endpoint{Route{Method: "GET", Path: "/v1/later", Limit: Export, Spec: Spec{Produces: []string{MediaNDJSON}}}, stream(2, "ndjson")},
		Endpoint{Route{Method: "GET", Path: "/v1/empty", Limit: Export, Spec: Spec{Produces: []string{MediaCSV}}}, func(c Request) error {
			return numberedForm.Stream(c, ExportQuery{}, aDay, counting(1, 0, 0, row))
		}})

	r := s.Ask(t, "GET", "/v1/nd", "")
	require.Equal(t, MediaNDJSON, r.Header.Get("Content-Type"))
	require.Equal(t, `attachment; filename="orders-2026-11-24.ndjson"`, r.Header.Get("Content-Disposition"))
	require.Equal(t, 3000, strings.Count(r.Text, "\n"))
	require.True(t, strings.HasPrefix(r.Text, `{"n":0,"text":"=1+1","note":"a,\"b\"\nc"}`+"\n"+`{"n":1,`))
	require.True(t, strings.HasSuffix(r.Text, "\"}\n"))
	require.Contains(t, r.Text, `{"n":2999,`)

	r = s.Ask(t, "GET", "/v1/csv", "")
	require.Equal(t, "text/csv; charset=utf-8; header=present", r.Header.Get("Content-Type"))
	require.Equal(t, `attachment; filename="orders-2026-11-24.csv"`, r.Header.Get("Content-Disposition"))
	require.True(t, strings.HasPrefix(r.Text, "n,text,note\r\n0,'=1+1,"))
	rows, err := csv.NewReader(strings.NewReader(r.Text)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 3001)
	require.Equal(t, "n,text,note\r\n", s.Ask(t, "GET", "/v1/empty", "").Text)
	require.Equal(t, 200, s.Ask(t, "HEAD", "/v1/csv", "").StatusCode)

	first := s.Ask(t, "GET", "/v1/first", "")
	require.Equal(t, "database_unavailable", first.Code(t), "nothing was sent yet")
	require.Empty(t, first.Header.Get("Content-Disposition"))
	for _, encoding := range []string{"gzip", "identity"} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/v1/later", nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer c1/anna/Admin")
		req.Header.Set("Accept-Encoding", encoding)
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.Equal(t, 200, res.StatusCode)
		require.Contains(t, webtest.ReadAll(res), "EOF", "the connection is cut")
		require.NoError(t, res.Body.Close())
	}
}

// Rows arrive while the rest is still being made, also with gzip. A stream may last longer than the time limit of one
// write.
func TestStreamFlushesAndRenewsItsDeadline(t *testing.T) {
	release := make(chan struct{})
	short := func(h *http.Server) { h.WriteTimeout = time.Second }
	s := serveTuned(t, nil, short, Endpoint{Route{Method: "GET", Path: "/v1/nd", Spec: Spec{Produces: []string{MediaNDJSON}}}, func(c Request) error {
		n := 0
		return streamNDJSON(c, "n.ndjson", func(yield func(any) error) (bool, error) {
			if n++; n > 1 {
				<-release
			}
			return n < 3, yield(n)
		})
	}})
	res, err := func() (*http.Response, error) {
		req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/v1/nd", nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer c1/anna/Admin")
		return http.DefaultClient.Do(req) // asks for gzip and undoes it
	}()
	require.NoError(t, err)
	defer res.Body.Close()
	require.True(t, res.Uncompressed)
	in := bufio.NewScanner(res.Body)
	require.True(t, in.Scan())
	require.Equal(t, "1", in.Text())
	time.Sleep(1500 * time.Millisecond)
	close(release)
	require.True(t, in.Scan())
	require.True(t, in.Scan())
	require.Equal(t, "3", in.Text())
	require.False(t, in.Scan())
	require.NoError(t, in.Err())
}

func TestCSVGuard(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "a": "a", "12.50": "12.50", "-12.50": "-12.50", "-1": "-1", "2026-05-31": "2026-05-31", "a=b": "a=b",
		"=1+1": "'=1+1", "+1": "'+1", "-1+1": "'-1+1", "-": "'-", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx", "\rx": "'\rx", "\n=x": "'\n=x",
		"＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠a": "'＠a", "-1e5": "'-1e5", "-1,5": "'-1,5",
	} {
		require.Equal(t, want, guardFormula(cell), "%q", cell)
	}
}

func TestStreamEndsWithItsCaller(t *testing.T) {
	stopped := make(chan error, 1)
	s := serve(t, nil, Endpoint{Route{Method: "GET", Path: "/v1/nd", Limit: Export, Spec: Spec{Produces: []string{MediaNDJSON}}}, func(c Request) error {
		err := streamNDJSON(c, "n.ndjson", func(yield func(any) error) (bool, error) { return true, yield(strings.Repeat("x", 1<<16)) })
		stopped <- err
		return err
	}})
	req, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+"/v1/nd", nil)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer c1/anna/Admin")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	select {
	case err := <-stopped:
		require.Error(t, err)
		require.False(t, errors.Is(err, http.ErrNotSupported))
	case <-time.After(5 * time.Second):
		t.Fatal("the stream goes on without its caller")
	}
}

// HEAD gets the headers of GET without reading the whole export.
func TestHeadOfAStreamReadsOneChunk(t *testing.T) {
	chunks := 0
	s := serve(t, nil, Endpoint{Route{Method: "GET", Path: "/v1/nd", Limit: Export, Spec: Spec{Produces: []string{MediaNDJSON}}}, func(c Request) error {
		return streamNDJSON(c, "n.ndjson", func(yield func(any) error) (bool, error) {
			chunks++
			return chunks < 5, yield(chunks)
		})
	}})
	r := s.Ask(t, "HEAD", "/v1/nd", "")
	require.Equal(t, 200, r.StatusCode)
	require.Equal(t, MediaNDJSON, r.Header.Get("Content-Type"))
	require.Equal(t, 1, chunks)
}
