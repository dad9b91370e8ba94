// Package web is HTTP without the trade: it serves endpoints, and does for each what its Route says.
//
// New makes one handler of all endpoints. Before an endpoint's own handler runs, the time limit, the token, the rate, the
// parameters, Accept and the Idempotency-Key have been checked. A handler returns errors; each becomes a problem
// (RFC 9457) in one place, observe.
//
// What a handler uses: Decode and DecodeQuery (what was sent), PathID, IfMatch, NotModified and ETag
// (versions), Actor, RequestID, Operation, IdempotencyKey, Fingerprint and DryRun (what is known of the request), Accept
// (which representation), WriteJSON, StreamNDJSON and StreamCSV (answers), EncodeCursor, DecodeCursor and SetLinks (pages).
package web
