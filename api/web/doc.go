// Package web is HTTP without the trade. It serves endpoints and checks requests as their Route says.
//
// New makes one handler of all endpoints. Before an endpoint's own handler runs, the time limit, the token, the rate, the
// parameters, Accept and the Idempotency-Key have been checked. A handler returns errors. One place, observe, turns them into
// problems (RFC 9457).
//
// A handler uses
//   - Decode, DecodeQuery and PathID for the input,
//   - Actor, RequestID, Operation, IdempotencyKey, Fingerprint and DryRun for properties of the request,
//   - IfMatch, NotModified and ETag for versions,
//   - Accept for the media type,
//   - WriteJSON and ExportForm for answers,
//   - EncodeCursor, DecodeCursor and SetLinks for pages.
package web
