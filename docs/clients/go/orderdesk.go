// Package orderdesk is a client of the orderdesk API, generated from the API document. New returns a client. Each operation
// is a method. The result of the method WithResponse has the body in the field of the status, such as JSON200, or the reason of a
// refusal in Problem.
package orderdesk

import (
	"context"
	"net/http"
)

// New returns a client of the service at baseURL that acts as the token's subject. It calls token before each request, so
// that the token can be renewed. WithHTTPClient sets timeouts and the transport.
func New(baseURL string, token func(context.Context) (string, error), opts ...ClientOption) *Client {
	authorise := func(ctx context.Context, req *http.Request) error {
		t, err := token(ctx)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+t)
		return nil
	}
	c := &Client{server: baseURL, client: http.DefaultClient, edit: []RequestEditorFn{authorise}}
	for _, option := range opts {
		option(c)
	}
	return c
}

// Token returns a fixed token for New.
func Token(token string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return token, nil }
}
