package api

import (
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// deskCall is the request as the desk's write use cases take it. It is made after the body was decoded, since the
// fingerprint is of the body too.
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

// decodeWrite reads a write on one thing: its id, its body, and the call.
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

// encoder makes the answer for the desk: the status, the headers that belong to the answer, and the body. What it makes is
// kept with the effect, so headers that belong to the request, such as its id, are not in it.
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

// sendReply writes what the desk answered, the first time or again.
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
		header.Del("Location") // nothing was made
	}
	return web.WriteJSONBytes(c, reply.Status, reply.Body)
}

// orderHeaders is the headers of a document's answer.
func orderHeaders(v desk.View) map[string]string {
	return map[string]string{"ETag": web.ETag(v.Version)}
}

// fallibleEncoder is encoder for a body that may fail to be made.
func fallibleEncoder[T, Body any](status int, headers func(T) map[string]string, body func(T) (Body, error)) desk.Encode[T] {
	return func(result T) (desk.Answer, error) {
		made, err := body(result)
		if err != nil {
			return desk.Answer{}, err
		}
		return encoder(status, headers, func(T) Body { return made })(result)
	}
}
