// Package api is the service's resources over HTTP: the routes, and for each resource its handlers and bodies. What HTTP
// asks of every operation alike is package web's.
//
// A handler is decode, call, encode, and nothing about the business:
//
//	func (s *service) updateOrder(c web.Request) error {
//		var patch orderPatch
//		id, call, err := decodeWrite(c, fault.OrderNotFound, &patch)
//		if err != nil {
//			return err
//		}
//		reply, err := s.Desk.Edit(c.Request().Context(), call, id, patch.revision, encoder(http.StatusOK, orderHeaders, s.orderBodyOf))
//		return sendReply(c, reply, err)
//	}
//
// Its line in routes.go says who may call it, whether it takes an Idempotency-Key or a dry run, and what it answers with;
// web has checked all of that before the handler runs. A handler returns errors and never writes one: web makes the
// problem of it.
//
// Helpers of a write are in write.go (decodeWrite, deskCall, encoder, sendReply), of pages in page.go (pageOf, positionOf),
// of single values in values.go.
//
//	@title		orderdesk
//	@version	1
package api
