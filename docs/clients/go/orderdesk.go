// Package orderdesk is a client of the orderdesk API, generated from the API document. New returns a client. Each operation
// is a method. Its result has the body in the field of the status, such as JSON200, or a Problem in
// ApplicationproblemJSONDefault.
package orderdesk

import (
	"context"
	"net/http"
)

// New returns a client of the service at baseURL that acts as the token's subject. It calls token before each request, so
// that the token can be renewed. WithHTTPClient sets timeouts and the transport.
func New(baseURL string, token func(context.Context) (string, error), opts ...ClientOption) (*ClientWithResponses, error) {
	authorise := WithRequestEditorFn(func(ctx context.Context, req *http.Request) error {
		t, err := token(ctx)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+t)
		return nil
	})
	return NewClientWithResponses(baseURL, append([]ClientOption{authorise}, opts...)...)
}

// Token returns a fixed token for New.
func Token(token string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return token, nil }
}
