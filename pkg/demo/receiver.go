package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/orderdesk/orderdesk/pkg/webhook"
)

// Receiver is a program that gets a company's webhooks, as an ERP would.
type Receiver struct {
	API           string       // URL of the service, without /v1
	Authorization string       // header of an Admin
	Listener      net.Listener // where it listens, on this machine
	Out           io.Writer    // gets a line for each event
	Now           func() time.Time

	mu     sync.Mutex
	secret string          // of the endpoint; empty until it is known
	seen   map[string]bool // ids of events that were printed
}

// receiverName is the description of a Receiver's endpoint.
const receiverName = "orderdesk receive"

// maxBody is the most bytes of a webhook that a Receiver reads. An event has at most 20 kB.
const maxBody = 64 << 10

// Run adds an endpoint to the service, and prints each event whose signature is right, once. When the context ends, it removes the
// endpoint.
func (r *Receiver) Run(ctx context.Context) (err error) {
	r.seen = map[string]bool{}
	server := &http.Server{Handler: r, ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(r.Listener) }()
	defer func() { _ = server.Close() }()

	remove, err := r.register(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(r.Out, "Waiting for events at http://%s. Ctrl-C stops it.\n", r.Listener.Addr())
	select {
	case <-ctx.Done():
	case err = <-served:
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return errors.Join(err, remove(ending))
}

// register adds the endpoint. It first removes one that a Receiver before has left.
func (r *Receiver) register(ctx context.Context) (remove func(context.Context) error, err error) {
	var endpoints struct {
		Data []struct{ ID, Description string }
	}
	if err := r.call(ctx, http.MethodGet, "", nil, &endpoints); err != nil {
		return nil, err
	}
	for _, e := range endpoints.Data {
		if e.Description == receiverName {
			if err := r.call(ctx, http.MethodDelete, "/"+e.ID, nil, nil); err != nil {
				return nil, err
			}
		}
	}
	var made struct{ ID, Secret string }
	err = r.call(ctx, http.MethodPost, "", map[string]any{"url": "http://" + r.Listener.Addr().String() + "/", "description": receiverName}, &made)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secret = made.Secret
	return func(ctx context.Context) error { return r.call(ctx, http.MethodDelete, "/"+made.ID, nil, nil) }, nil
}

// call calls the service's API of webhook endpoints.
func (r *Receiver) call(ctx context.Context, method, path string, body, into any) error {
	var raw []byte
	if body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, r.API+"/v1/webhook-endpoints"+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", r.Authorization)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", uuid.NewString())
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("call the service: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	switch {
	case err != nil:
		return fmt.Errorf("call the service: %w", err)
	case res.StatusCode >= http.StatusBadRequest:
		return fmt.Errorf("%s %s answered %d: %s", method, req.URL.Path, res.StatusCode, answer)
	case into == nil:
		return nil
	}
	return json.Unmarshal(answer, into)
}

// ServeHTTP takes a webhook. It answers 2xx once the event is printed, so that nothing is lost.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxBody))
	if err != nil {
		http.Error(w, "the body is too long", http.StatusRequestEntityTooLarge)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := webhook.Verify(r.secret, req.Header, body, r.Now()); err != nil {
		fmt.Fprintf(r.Out, "Refused a request: %v.\n", err)
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	var event struct{ ID, Type, Sentence string }
	if err := json.Unmarshal(body, &event); err != nil {
		http.Error(w, "the body is no event", http.StatusBadRequest)
		return
	}
	if !r.seen[event.ID] {
		r.seen[event.ID] = true
		fmt.Fprintf(r.Out, "%s  %-24s %s\n", r.Now().Format(time.TimeOnly), event.Type, event.Sentence)
	}
	w.WriteHeader(http.StatusNoContent)
}
