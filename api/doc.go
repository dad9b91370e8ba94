// Package api is everything HTTP and nothing else: the routes, reading requests strictly, and answering.
//
// A handler is decode, call, encode, and nothing about the business:
//
//	func (s *service) voidOrder(c request) error {
//		id, err := pathID(c, "id", fault.OrderNotFound)
//		if err != nil {
//			return err
//		}
//		var body voidBody
//		if err := decode(c, &body); err != nil {
//			return err
//		}
//		order, err := s.desk.Void(c.Request().Context(), actor(c), id, body.Reason)
//		if err != nil {
//			return err
//		}
//		return answer(c, http.StatusOK, orderBodyOf(order))
//	}
//
// Its line in routes.go says who may call it, whether it takes an Idempotency-Key or a dry run, and what it
// answers with; the wrapper in route.go has checked all of that before the handler runs. An error becomes a
// problem in one place (problem.go), so a handler returns errors and never writes one.
//
// Helpers by what a handler wants: decode, decodeOptional, decodeForRules (body); query (parameters); pathID; ifMatch, notModified
// (versions); actor, requestID, operation, idempotencyKey, fingerprint, dryRun (what is known of the call); accept
// (which representation); answer, answerKept (JSON); links (paging); streamNDJSON, streamCSV (exports).
//
//	@title		orderdesk
//	@version	1
package api
