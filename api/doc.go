// Package api is the resources of the service over HTTP: the routes, and for each resource its handlers and bodies. Package web
// does what is the same for every operation.
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
// Its row in routes.go says who may call it, and whether it takes an Idempotency-Key or a dry run. Its Spec, beside the handler,
// says what it takes and answers. web has checked the request before the handler runs. A handler returns errors and never writes
// them: web turns them into problems.
//
// Helpers of a write are in write.go (decodeWrite, deskCall, encoder, sendReply), of lists and exports in page.go (readList,
// listPageOf, readExport, export), of single values in values.go.
//
//	@title		orderdesk
//	@version	1
package api
