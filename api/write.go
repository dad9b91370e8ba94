package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// deskCall is the request as a call of the desk. It must be made after the body was decoded, because the fingerprint includes
// the body.
func deskCall(c web.Request) (desk.Call, error) {
	match, err := web.IfMatch(c)
	if err != nil {
		return desk.Call{}, err
	}
	sum := web.Fingerprint(c)
	return desk.Call{
		Actor: web.Actor(c), RequestID: web.RequestID(c), Operation: web.Operation(c), Key: web.IdempotencyKey(c),
		Fingerprint: sum[:], DryRun: web.DryRun(c), IfMatch: (*desk.Match)(match), Faults: web.BodyFaults(c),
	}, nil
}

// decodeWrite reads the id, the body and the call of a write on one resource.
func decodeWrite(c web.Request, notFound fault.Code, body any) (id string, call desk.Call, err error) {
	if id, err = web.PathID(c, notFound); err != nil {
		return "", desk.Call{}, err
	}
	if err := web.Decode(c, body); err != nil {
		return "", desk.Call{}, err
	}
	call, err = deskCall(c)
	return id, call, err
}

// encoder makes the function by which the desk makes the answer: status, headers and body. The desk stores the answer under the
// Idempotency-Key, so it has no headers that belong to one request, such as X-Request-Id.
func encoder[T, Body any](status int, headers func(T) map[string]string, body func(T) Body) desk.Encode[T] {
	return func(result T) (desk.Answer, error) {
		raw, err := web.EncodeJSON(body(result))
		a := desk.Answer{Status: status, Body: raw, Headers: map[string]string{}}
		if headers != nil {
			a.Headers = headers(result)
		}
		return a, err
	}
}

// sendReply writes the answer of the desk, which can be a replay.
func sendReply(c web.Request, reply desk.Reply, err error) error {
	if err != nil {
		return err
	}
	header := c.Response().Header()
	for name, value := range reply.Headers {
		header.Set(name, value)
	}
	if reply.Replayed {
		header.Set("Idempotency-Replayed", "true")
	}
	if reply.DryRun {
		header.Del("Location") // nothing was created
	}
	if reply.Status == http.StatusNoContent {
		return c.NoContent(reply.Status)
	}
	return web.WriteJSONBytes(c, reply.Status, reply.Body)
}

// orderHeaders is the headers of an answer with a document.
func orderHeaders(v desk.View) map[string]string {
	return map[string]string{"ETag": web.ETag(v.Version)}
}

// fallibleEncoder is encoder for a body whose conversion can fail.
func fallibleEncoder[T, Body any](status int, headers func(T) map[string]string, body func(T) (Body, error)) desk.Encode[T] {
	return func(result T) (desk.Answer, error) {
		made, err := body(result)
		if err != nil {
			return desk.Answer{}, err
		}
		return encoder(status, headers, func(T) Body { return made })(result)
	}
}
