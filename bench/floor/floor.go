// Package floor does the least that a Go service must do for four operations of orderdesk, with net/http, encoding/json and a pool of
// pgx. It writes the same rows and answers the same bytes as orderdesk, in as few round trips as possible. It has no tokens,
// validation, rules, limits or log. The time that orderdesk takes beyond it is the price of these.
//
// TestFloorKeepsStep compares the rows and bytes of both. When orderdesk gets a new column or member, it names what is missing here.
package floor

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Actor is the subject and name of the caller in every row.
const Actor = "bench"

// Header names the company, because there is no token.
const Header = "X-Company"

// conns is the size of the pool, as in orderdesk.
const conns = 16

// Open opens the pool with the settings of orderdesk's.
func Open(ctx context.Context, address string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	config.MaxConns = conns
	config.ConnConfig.RuntimeParams["jit"] = "off"
	config.ConnConfig.RuntimeParams["random_page_cost"] = "1.1"
	config.AfterConnect = func(_ context.Context, c *pgx.Conn) error {
		c.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}})
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	return pool, pool.Ping(ctx)
}

// server serves the operations.
type server struct {
	pool      *pgxpool.Pool
	sequence  atomic.Int64
	customers sync.Map // buyer by company and customer
}

// New returns the handler. The orders that it places have the numbers after first.
func New(pool *pgxpool.Pool, first int64) http.Handler {
	s := &server{pool: pool}
	s.sequence.Store(first)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/orders", s.list)
	mux.HandleFunc("GET /v1/orders/{id}", s.details)
	mux.HandleFunc("POST /v1/orders", s.place)
	mux.HandleFunc("POST /v1/orders/{id}/confirm", s.confirm)
	return mux
}

// stamp is the time of a write, in the database's precision.
func stamp() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

func fail(w http.ResponseWriter, status int, err error) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error":%q}`, err.Error())
}

// send answers with a body; an entity tag may be empty.
func send(w http.ResponseWriter, status int, tag string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if tag != "" {
		h.Set("Etag", tag)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // fails only if the client has disconnected
}

// reply encodes an answer and sends it.
func reply(w http.ResponseWriter, tag string, answer any) {
	body, err := encode(answer)
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	send(w, http.StatusOK, tag, body)
}

// encode is json.Marshal that leaves & as it is.
func encode(answer any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(answer)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	at, err := time.Parse(time.RFC3339Nano, q.Get("v"))
	if err != nil {
		fail(w, http.StatusBadRequest, err)
		return
	}
	rows, err := s.pool.Query(r.Context(), ListSQL.text, ListSQL.args(values{
		"company": r.Header.Get(Header), "origin": q.Get("origin"), "status": q.Get("status"), "at": at, "id": q.Get("i"),
	})...)
	if err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	var out page
	out.Data = make([]row, 0, pageSize+1)
	for rows.Next() {
		out.Data = append(out.Data, row{})
		if err := out.Data[len(out.Data)-1].scan(rows); err != nil {
			rows.Close()
			fail(w, http.StatusInternalServerError, err)
			return
		}
	}
	if err := rows.Err(); err != nil {
		fail(w, http.StatusInternalServerError, err)
		return
	}
	out.link()
	reply(w, "", &out)
}

func (s *server) details(w http.ResponseWriter, r *http.Request) {
	var d document
	v := values{"company": r.Header.Get(Header), "order": r.PathValue("id")}
	b := &pgx.Batch{}
	OrderSQL.queue(b, v).QueryRow(d.scan)
	LinesSQL.queue(b, v).Query(d.scanLines)
	if err := s.pool.SendBatch(r.Context(), b).Close(); err != nil {
		fail(w, http.StatusNotFound, err)
		return
	}
	d.complete()
	reply(w, d.tag(), &d)
}
