// Package orderdesk is a client of the orderdesk API, generated from its document; New makes one. Each operation is a
// method whose answer holds the body by its status, such as JSON200, or a Problem in ApplicationproblemJSONDefault.
package orderdesk

import (
	"context"
	"net/http"
)

// New is a client of the service at baseURL that acts as the token's subject. The token is asked for before each request,
// so that it can be renewed; WithHTTPClient sets timeouts and transport.
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

// Token is a token that stays the same.
func Token(token string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return token, nil }
}
