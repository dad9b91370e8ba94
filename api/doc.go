// Package api is everything HTTP and nothing else: the routes, reading requests strictly, and answering.
//
// A handler is decode, call, encode, and nothing about the business:
//
//	func (s *service) updateOrder(c request) error {
//		var patch orderPatch
//		id, ask, err := asked(c, fault.OrderNotFound, decode, &patch)
//		if err != nil {
//			return err
//		}
//		reply, err := s.Desk.Edit(c.Request().Context(), ask, id, patch.revision, encoded(http.StatusOK, versioned, orderBodyOf))
//		return send(c, reply, err)
//	}
//
// Its line in routes.go says who may call it, whether it takes an Idempotency-Key or a dry run, and what it
// answers with; the wrapper in route.go has checked all of that before the handler runs. An error becomes a
// problem in one place (problem.go), so a handler returns errors and never writes one.
//
// Helpers by what a handler wants: asked, call, encoded, send (a write); decode, decodeOptional (its body);
// query (parameters); pathID; ifMatch, notModified (versions); actor, requestID, operation, idempotencyKey, fingerprint,
// dryRun (what is known of the call); accept (which representation); answer (JSON); links (paging); streamNDJSON,
// streamCSV (exports).
//
//	@title		orderdesk
//	@version	1
package api
