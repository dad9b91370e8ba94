package fault

// The codes. The entries below say what each means.
const (
	InternalError Code = "internal_error"

	// Reading the request.
	JSONMalformed         Code = "json_malformed"
	JSONDuplicateMember   Code = "json_duplicate_member"
	JSONMemberCase        Code = "json_member_case"
	JSONTooDeep           Code = "json_too_deep"
	JSONTrailingData      Code = "json_trailing_data"
	ParameterUnknown      Code = "parameter_unknown"
	ParameterInvalid      Code = "parameter_invalid"
	HeaderInvalid         Code = "header_invalid"
	CursorInvalid         Code = "cursor_invalid"
	IdempotencyKeyMissing Code = "idempotency_key_missing"
	IdempotencyKeyInvalid Code = "idempotency_key_invalid"

	// Who is asking.
	TokenMissing     Code = "token_missing"
	TokenInvalid     Code = "token_invalid"
	CompanyNotSeller Code = "company_not_seller"
	RoleMissing      Code = "role_missing"
	RoleNotAllowed   Code = "role_not_allowed"

	// Finding things.
	RouteNotFound        Code = "route_not_found"
	OrderNotFound        Code = "order_not_found"
	LineNotFound         Code = "line_not_found"
	CustomerNotFound     Code = "customer_not_found"
	InvoiceNotFound      Code = "invoice_not_found"
	CreditNoteNotFound   Code = "credit_note_not_found"
	ErrorNotFound        Code = "error_not_found"
	CursorGone           Code = "cursor_gone"
	MethodNotAllowed     Code = "method_not_allowed"
	NotAcceptableFormat  Code = "not_acceptable"
	MediaTypeUnsupported Code = "media_type_unsupported"
	BodyTooLarge         Code = "body_too_large"

	// Content.
	BodyInvalid          Code = "body_invalid"
	IdempotencyKeyReused Code = "idempotency_key_reused"
	FieldRequired        Code = "field_required"
	FieldUnknown         Code = "field_unknown"
	FieldType            Code = "field_type"
	FieldInvalid         Code = "field_invalid"
	FieldTooLong         Code = "field_too_long"
	FieldOutOfRange      Code = "field_out_of_range"
	FieldReadOnly        Code = "field_read_only"
	FieldConflict        Code = "field_conflict"
	DecimalsTooMany      Code = "decimals_too_many"
	CurrencyMismatch     Code = "currency_mismatch"
	CustomerUnknown      Code = "customer_unknown"
	LineUnknown          Code = "line_unknown"
	PaymentUnknown       Code = "payment_unknown"
	OriginNotAllowed     Code = "origin_not_allowed"
	FieldNotAllowed      Code = "field_not_allowed"
	TotalNegative        Code = "total_negative"
	TaxNegative          Code = "tax_negative"
	AmountTooLarge       Code = "amount_too_large"

	// State.
	OrderNotConfirmable    Code = "order_not_confirmable"
	PrebookHasNoInvoice    Code = "prebook_has_no_invoice"
	OrderNotCheckoutable   Code = "order_not_checkoutable"
	OrderNotEditable       Code = "order_not_editable"
	LineNotEditable        Code = "line_not_editable"
	OrderNotVoidable       Code = "order_not_voidable"
	PrebookPartlyBilled    Code = "prebook_partly_billed"
	OrderNotBillable       Code = "order_not_billable"
	LineAlreadyBilled      Code = "line_already_billed"
	LineNotCheckedOut      Code = "line_not_checked_out"
	PaymentRequired        Code = "payment_required"
	PastCutoff             Code = "past_cutoff"
	PrebookTakesNoPayment  Code = "prebook_takes_no_payment"
	RefundExceedsPaid      Code = "refund_exceeds_paid"
	PaymentReferenceTaken  Code = "payment_reference_taken"
	ExternalReferenceTaken Code = "external_reference_taken"
	CustomerCodeTaken      Code = "customer_code_taken"
	IdempotencyInProgress  Code = "idempotency_in_progress"
	OrderLocked            Code = "order_locked"
	AlreadyDone            Code = "already_done"
	OrderChanged           Code = "order_changed"
	CustomerChanged        Code = "customer_changed"
	CustomerExists         Code = "customer_exists"
	SettingsChanged        Code = "settings_changed"
	IfMatchRequired        Code = "if_match_required"

	// Limits and outages.
	RateLimited         Code = "rate_limited"
	StreamLimitReached  Code = "stream_limit_reached"
	EmailLimitReached   Code = "email_limit_reached"
	CapacityReached     Code = "capacity_reached"
	DatabaseUnavailable Code = "database_unavailable"
	OutcomeUnknown      Code = "outcome_unknown"
	RequestTimeout      Code = "request_timeout"
	ClockSkewed         Code = "clock_skewed"
	SignatureInvalid    Code = "signature_invalid"

	// Webhooks.
	WebhookEndpointNotFound Code = "webhook_endpoint_not_found"
	WebhookDeliveryNotFound Code = "webhook_delivery_not_found"
	WebhookEndpointChanged  Code = "webhook_endpoint_changed"
	WebhookLimitReached     Code = "webhook_limit_reached"
	WebhookSecretRotating   Code = "webhook_secret_rotating"
	WebhooksNotConfigured   Code = "webhooks_not_configured"
)

var entries = []Entry{
	{Code: InternalError, Kind: Internal, Title: "Internal error",
		Cause: "The service has a defect, or something failed that it did not expect.",
		Fix:   "Try again with the same Idempotency-Key. If it fails again, report the request_id.", Retryable: true},

	// Reading the request.
	{Code: JSONMalformed, Kind: Unreadable, Title: "Malformed JSON",
		Cause: "The body is not one JSON value in UTF-8.",
		Fix:   "Send one JSON object. The detail says where reading stopped."},
	{Code: JSONDuplicateMember, Kind: Unreadable, Title: "Duplicate member",
		Cause: "A JSON object has two members with the same name, or with names that differ only in upper and lower case.",
		Fix:   "Send each member once, with the documented name."},
	{Code: JSONMemberCase, Kind: Unreadable, Title: "Wrong letter case",
		Cause: "The name of a member differs from a documented name only in upper and lower case.",
		Fix:   "Use the name in the detail."},
	{Code: JSONTooDeep, Kind: Unreadable, Title: "JSON too deep",
		Cause: "The body has more than 32 levels of nested objects and arrays.",
		Fix:   "Send a body as documented."},
	{Code: JSONTrailingData, Kind: Unreadable, Title: "Data after the body",
		Cause: "The body has more text after the JSON value.",
		Fix:   "Send exactly one JSON value."},
	{Code: ParameterUnknown, Kind: Unreadable, Title: "Unknown parameter",
		Cause:   "The operation has no query parameter of this name.",
		Fix:     "Use the name in nearest, or see the parameters of the operation. See errors: it also names parameters with a value that is not valid.",
		Members: []Member{{"nearest", "the most similar valid name, or null"}}},
	{Code: ParameterInvalid, Kind: Unreadable, Title: "Invalid parameter",
		Cause: "The value of a query parameter is not valid.",
		Fix:   "See errors: it names each parameter and says what is valid."},
	{Code: HeaderInvalid, Kind: Unreadable, Title: "Invalid header",
		Cause: "A request header is malformed, or it was sent twice.",
		Fix:   "Send the header once, as documented."},
	{Code: CursorInvalid, Kind: Unreadable, Title: "Invalid cursor",
		Cause: "The cursor is from another list, from other filters or from another sort, or it was changed.",
		Fix:   "Send the filters and the sort that the cursor was made for, or start again without a cursor."},
	{Code: IdempotencyKeyMissing, Kind: Unreadable, Title: "Idempotency-Key missing",
		Cause: "The operation changes orders or payments or sends e-mails. It needs a key, so that a retry is safe.",
		Fix:   "Send the header Idempotency-Key: a new UUID for each new request, and the same UUID for each retry of it."},
	{Code: IdempotencyKeyInvalid, Kind: Unreadable, Title: "Invalid Idempotency-Key",
		Cause: "The key is not 1 to 255 visible ASCII characters.",
		Fix:   "Send a UUID."},

	// Who is asking.
	{Code: TokenMissing, Kind: Unauthenticated, Title: "Token missing",
		Cause: "The operation needs a bearer token, and the request has none.",
		Fix:   "Send the header Authorization with the word Bearer, a space and the token."},
	{Code: TokenInvalid, Kind: Unauthenticated, Title: "Token refused",
		Cause: "The token is malformed, expired, not valid yet, signed with an unknown key, or made for another service.",
		Fix:   "Get a new token from your identity provider."},
	{Code: CompanyNotSeller, Kind: Forbidden, Title: "Not a seller company",
		Cause: "The token is valid, but its company is not a seller that this service knows.",
		Fix:   "Use a token of a seller company."},
	{Code: RoleMissing, Kind: Forbidden, Title: "No known role",
		Cause: "The token has none of the roles that this service knows.",
		Fix:   "Ask an administrator for one of the documented roles."},
	{Code: RoleNotAllowed, Kind: Forbidden, Title: "Role not allowed",
		Cause:   "None of the caller's roles may do this.",
		Fix:     "Ask a colleague with one of the roles in the remedy.",
		Members: []Member{{"remedy", "who may do it"}}},

	// Finding things.
	{Code: RouteNotFound, Kind: NotFound, Title: "No such path",
		Cause: "The service has no operation at this path. Paths have no slash at the end.",
		Fix:   "See the paths in /openapi.yaml."},
	{Code: OrderNotFound, Kind: NotFound, Title: "Order not found",
		Cause: "There is no order or prebook with this id that you may see.",
		Fix:   "Check the id. List your orders with {listOrders}."},
	{Code: LineNotFound, Kind: NotFound, Title: "Line not found",
		Cause: "The order or prebook has no line with this id.",
		Fix:   "Use a line id from {getOrder}."},
	{Code: WebhookEndpointNotFound, Kind: NotFound, Title: "Webhook endpoint not found",
		Cause: "There is no webhook endpoint with this id in your company.",
		Fix:   "List the endpoints with {listWebhookEndpoints}."},
	{Code: WebhookDeliveryNotFound, Kind: NotFound, Title: "Webhook delivery not found",
		Cause: "The webhook endpoint has no delivery with this id. Deliveries are kept for 30 days.",
		Fix:   "Send older events again with {replayWebhookEvents}."},
	{Code: CustomerNotFound, Kind: NotFound, Title: "Customer not found",
		Cause: "There is no customer with this id or code in your company.",
		Fix:   "Check the id. List customers with {listCustomers}."},
	{Code: InvoiceNotFound, Kind: NotFound, Title: "Invoice not found",
		Cause: "There is no invoice with this id that you may see.",
		Fix:   "Check the id. List invoices with {listInvoices}."},
	{Code: CreditNoteNotFound, Kind: NotFound, Title: "Credit note not found",
		Cause: "There is no credit note with this id that you may see.",
		Fix:   "Check the id. List credit notes with {listCreditNotes}."},
	{Code: ErrorNotFound, Kind: NotFound, Title: "No such error code",
		Cause: "There is no error with this code.",
		Fix:   "List all codes with {listErrors}."},
	{Code: CursorGone, Kind: Gone, Title: "Cursor gone",
		Cause: "The cursor is from a feed of events that is no more: the database was restored, or moved to another server.",
		Fix:   "Take a new cursor with after=latest, then list everything that changed since you last did, with updated_since."},
	{Code: MethodNotAllowed, Kind: NotAllowed, Title: "Method not allowed",
		Cause: "The path exists, but it does not have this method.",
		Fix:   "Use one of the methods in the Allow header."},
	{Code: NotAcceptableFormat, Kind: NotAcceptable, Title: "No acceptable media type",
		Cause: "The operation answers in none of the media types in the Accept header.",
		Fix:   "Send Accept with one of the media types in the detail."},
	{Code: MediaTypeUnsupported, Kind: Unsupported, Title: "Media type not supported",
		Cause: "The operation does not read bodies of this Content-Type.",
		Fix:   "Send application/json. A PATCH may also be application/merge-patch+json."},
	{Code: BodyTooLarge, Kind: TooLarge, Title: "Body too large",
		Cause: "The body is larger than 1 MiB.",
		Fix:   "Send less: an order has at most 500 lines, and a batch at most 500 ids."},

	// Content.
	{Code: BodyInvalid, Kind: Invalid, Title: "Invalid body",
		Cause: "At least one field of the body breaks a rule. Nothing was changed.",
		Fix:   "See errors: it names every such field with its code and what to send instead."},
	{Code: IdempotencyKeyReused, Kind: Invalid, Title: "Idempotency-Key reused",
		Cause: "The key was used before for another request.",
		Fix:   "Use a new key for a new request. To get the answer of the first request, send exactly that request again."},
	{Code: FieldRequired, Kind: Invalid, Title: "Field required",
		Cause: "The field is missing or empty.",
		Fix:   "Send the field with a value.", Field: true},
	{Code: FieldUnknown, Kind: Invalid, Title: "Unknown field",
		Cause: "The object has no field with this name.",
		Fix:   "Remove the field, or use the name in the detail.", Field: true},
	{Code: FieldType, Kind: Invalid, Title: "Wrong type",
		Cause: "The field has another JSON type.",
		Fix:   "Send the type in the detail. Amounts and prices are strings.", Field: true},
	{Code: FieldInvalid, Kind: Invalid, Title: "Invalid value",
		Cause: "The value is not valid for the field.",
		Fix:   "Send a value as the detail says.", Field: true},
	{Code: FieldTooLong, Kind: Invalid, Title: "Too long",
		Cause: "The text has too many characters, or the list has too many items.",
		Fix:   "Send at most as many as the detail says.", Field: true},
	{Code: FieldOutOfRange, Kind: Invalid, Title: "Out of range",
		Cause: "The number is too small or too large.",
		Fix:   "Send a number in the range that the detail gives.", Field: true},
	{Code: FieldReadOnly, Kind: Invalid, Title: "Read-only field",
		Cause: "The request changes a field that it may not change, for example one that the service computes.",
		Fix:   "Leave the field out, or send it back unchanged.", Field: true},
	{Code: FieldConflict, Kind: Invalid, Title: "Conflicting fields",
		Cause: "The request has two values that cannot be used together.",
		Fix:   "Send only one of them. The detail says which values are in conflict.", Field: true},
	{Code: DecimalsTooMany, Kind: Invalid, Title: "Too many decimals",
		Cause: "The amount has more decimals than its currency has, or the price or rate has more than 4.",
		Fix:   "Round the number before you send it. The service does not round what you send.", Field: true},
	{Code: CurrencyMismatch, Kind: Invalid, Title: "Wrong currency",
		Cause: "All orders of the company are in one currency. The request has another one.",
		Fix:   "Send the company's currency, or leave the field out.", Field: true},
	{Code: CustomerUnknown, Kind: Invalid, Title: "Unknown customer",
		Cause: "Your company has no such customer.",
		Fix:   "Correct the id or the code, or create the customer with {createCustomer}.", Field: true},
	{Code: LineUnknown, Kind: Invalid, Title: "Unknown line",
		Cause: "The order or prebook has no line with this id.",
		Fix:   "Use the line ids from {getOrder}.", Field: true},
	{Code: PaymentUnknown, Kind: Invalid, Title: "Unknown payment",
		Cause: "The order has no payment with this id.",
		Fix:   "Use a payment id from {getPaymentStatus}.", Field: true},
	{Code: OriginNotAllowed, Kind: Invalid, Title: "Origin not allowed",
		Cause: "The caller may not place orders with this origin.",
		Fix:   "Use origin W: it is the only one that a storefront may use.", Field: true},
	{Code: FieldNotAllowed, Kind: Invalid, Title: "Field not allowed",
		Cause: "The caller's roles may not set this field.",
		Fix:   "Leave the field out.", Field: true},
	{Code: TotalNegative, Kind: Invalid, Title: "Negative total",
		Cause: "The discounts are larger than the rest, so the total would be below zero.",
		Fix:   "Lower the discount.", Field: true},
	{Code: TaxNegative, Kind: Invalid, Title: "Negative tax",
		Cause: "The discounts are larger than the goods, so a tax with a rate would be below zero.",
		Fix:   "Lower the discount.", Field: true},
	{Code: AmountTooLarge, Kind: Invalid, Title: "Amount too large",
		Cause: "The computed amount has more than 15 digits, decimals included: in USD it exceeds 9,999,999,999,999.99.",
		Fix:   "Split the order.", Field: true},

	// State.
	{Code: OrderNotConfirmable, Kind: Conflict, Title: "Order cannot be confirmed",
		Cause:   "The order cannot be confirmed in its status.",
		Fix:     "Do what the remedy says. The order's allowed_actions say what is possible now.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: PrebookHasNoInvoice, Kind: Conflict, Title: "A prebook has no invoice",
		Cause:   "A prebook is never confirmed. Its checked-out lines are billed into an order, and that order is confirmed.",
		Fix:     "Bill the checked-out lines with {billOrder}, then confirm the order in the answer.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: OrderNotCheckoutable, Kind: Conflict, Title: "Order cannot be checked out",
		Cause:   "The order cannot be checked out in its status.",
		Fix:     "Do what the remedy says. The order's allowed_actions say what is possible now.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: OrderNotEditable, Kind: Conflict, Title: "Order cannot be edited",
		Cause:   "A confirmed or voided order and a billed or voided prebook cannot be edited.",
		Fix:     "Do what the remedy says, for example void the order and place a new one.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: LineNotEditable, Kind: Conflict, Title: "Line cannot be edited",
		Cause:   "Only the price of a checked-out line can change. A billed line cannot change. A checked-out prebook cannot get or lose lines.",
		Fix:     "Leave these lines unchanged. See errors: it names them.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: OrderNotVoidable, Kind: Conflict, Title: "Order cannot be voided",
		Cause:   "The charges and taxes that the order got from its prebook would go back to the prebook. Its total would then be negative, or it would have too many charges or taxes.",
		Fix:     "Lower the discount of the prebook, or remove charges or taxes from it. Then void the order.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: PrebookPartlyBilled, Kind: Conflict, Title: "Prebook has billed lines",
		Cause:   "A prebook cannot be voided while lines of it are billed.",
		Fix:     "Void the orders billed from it first. Their lines are then no longer billed.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: OrderNotBillable, Kind: Conflict, Title: "Nothing to bill",
		Cause:   "The document is an order, the prebook is voided, or the lines to be billed cost less than the discount that goes with the first bill.",
		Fix:     "Do what the remedy says, for example bill more lines at once or lower the discount of the prebook.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: LineAlreadyBilled, Kind: Conflict, Title: "Line already billed",
		Cause:   "A line can be billed only once, and this one is billed.",
		Fix:     "Use the order that the line was billed into.",
		Members: []Member{{"order_ids", "the ids of the orders that the lines were billed into"}, {"remedy", "what to do instead"}}},
	{Code: LineNotCheckedOut, Kind: Conflict, Title: "Line not checked out",
		Cause:   "Only checked-out lines can be billed.",
		Fix:     "Check the line out with {checkoutOrder} first.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: PaymentRequired, Kind: Conflict, Title: "Payment required",
		Cause:   "The customer must pay by card, the order is not fully paid, and the company's settings do not allow such an order to be confirmed.",
		Fix:     "Record the payment, then confirm. An Admin can also set unpaid_card_orders to warn.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: PastCutoff, Kind: Conflict, Title: "Past the cut-off",
		Cause:   "The confirmation cut-off of the ship date has passed.",
		Fix:     "Ask a Sales Manager or an Admin to confirm the order, or change the ship date.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: PrebookTakesNoPayment, Kind: Conflict, Title: "A prebook takes no payment",
		Cause:   "Payments and refunds belong to the orders billed from a prebook, not to the prebook.",
		Fix:     "Bill its lines and record the payment on the new order.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: RefundExceedsPaid, Kind: Conflict, Title: "Refund exceeds what was paid",
		Cause:   "The refund is larger than what is left of the payment, or of all payments that you may refund.",
		Fix:     "Refund at most the amount in net.",
		Members: []Member{{"net", "the amount that can be refunded"}, {"remedy", "what to do instead"}}},
	{Code: PaymentReferenceTaken, Kind: Conflict, Title: "Payment reference taken",
		Cause:   "Another card or ach payment of the company has this reference, with another order, amount or currency.",
		Fix:     "Check the reference. A retry must have the same order, amount and currency. If the other payment was a mistake, first record a refund of it with corrects.",
		Members: []Member{{"order_id", "the order that has the payment with this reference"}}},
	{Code: ExternalReferenceTaken, Kind: Conflict, Title: "External reference taken",
		Cause:   "Another cart of the company was placed with this external_reference.",
		Fix:     "If it is the same cart, use the documents in orders. Send a new cart with a reference of its own. If orders is null, another storefront of the company has used the reference.",
		Members: []Member{{"checkout_id", "the checkout that has the reference"}, {"orders", "the documents of that checkout: id, number, kind, url"}}},
	{Code: WebhookLimitReached, Kind: Conflict, Title: "Too many webhook endpoints",
		Cause: "The company has as many webhook endpoints as it can have.",
		Fix:   "Remove one that is no longer used with {deleteWebhookEndpoint}."},
	{Code: WebhookSecretRotating, Kind: Conflict, Title: "Secret is being rotated",
		Cause: "The secret of the webhook endpoint was rotated a short time ago, and the one before still signs.",
		Fix:   "Wait until it has ended, or send force: true, which ends it now."},
	{Code: CustomerCodeTaken, Kind: Conflict, Title: "Customer code taken",
		Cause:   "Another customer of the company has this code.",
		Fix:     "Use another code, or edit that customer.",
		Members: []Member{{"customer_id", "the customer that has the code"}}},
	{Code: IdempotencyInProgress, Kind: Conflict, Title: "First request still running",
		Cause: "The first request with this Idempotency-Key has not finished yet.",
		Fix:   "Wait as long as Retry-After says, then send the same request again.", Retryable: true},
	{Code: OrderLocked, Kind: Conflict, Title: "Order is being changed",
		Cause: "Another request is changing the order and did not finish in time.",
		Fix:   "Wait as long as Retry-After says, then try again.", Retryable: true},
	{Code: AlreadyDone, Kind: Conflict, Title: "Already done",
		Cause: "The action would change nothing. This code appears only in allowed_actions: the call itself answers 200.",
		Fix:   "There is nothing to do.", Hint: true},
	{Code: OrderChanged, Kind: Stale, Title: "Order changed",
		Cause:   "Someone changed the order after you read it.",
		Fix:     "Read the order again, look at changes, and send the request with the new ETag.",
		Members: []Member{{"current_version", "the version that the order has now"}, {"changes", "what changed after your version: version, at, actor, sentence, fields, and each field before and after"}}},
	{Code: WebhookEndpointChanged, Kind: Stale, Title: "Webhook endpoint changed",
		Cause:   "The webhook endpoint changed after the version in If-Match.",
		Fix:     "Get it again with {getWebhookEndpoint}, and repeat the change.",
		Members: []Member{{"current_version", "the version that the webhook endpoint has now"}}},
	{Code: CustomerChanged, Kind: Stale, Title: "Customer changed",
		Cause:   "Someone changed the customer after you read it.",
		Fix:     "Read the customer again, and send the request with the new ETag.",
		Members: []Member{{"current_version", "the version that the customer has now"}}},
	{Code: CustomerExists, Kind: Stale, Title: "Customer exists",
		Cause: "If-None-Match is *, so that only a new customer is written, and the company has a customer with this code.",
		Fix:   "Leave If-None-Match out to update the customer."},
	{Code: SettingsChanged, Kind: Stale, Title: "Settings changed",
		Cause:   "Someone changed the settings after you read them.",
		Fix:     "Read the settings again, and send the request with the new ETag.",
		Members: []Member{{"current_version", "the version that the settings have now"}}},
	{Code: IfMatchRequired, Kind: VersionRequired, Title: "If-Match required",
		Cause: "The operation needs the version that you read, so that it does not overwrite someone else's change.",
		Fix:   "Send the header If-Match with the ETag that you read."},

	// Limits and outages.
	{Code: RateLimited, Kind: Limited, Title: "Too many requests",
		Cause: "More requests were sent than the rate limit allows: of this token or, without a valid token, of this network address.",
		Fix:   "Wait as long as Retry-After says.", Retryable: true},
	{Code: StreamLimitReached, Kind: Limited, Title: "Too many streams",
		Cause: "Five streams of events are open with this token already.",
		Fix:   "Close one, or read several types and orders in one stream.", Retryable: true},
	{Code: EmailLimitReached, Kind: Limited, Title: "Too many e-mails",
		Cause: "Too many e-mails about this order, or of this company, were requested in the last 24 hours.",
		Fix:   "Wait as long as Retry-After says.", Retryable: true},
	{Code: CapacityReached, Kind: Unavailable, Title: "Capacity reached",
		Cause: "The requests of your company, or of all companies together, use as many database connections as they may. Nothing was written.",
		Fix:   "Try again after Retry-After, with the same Idempotency-Key. Send fewer requests at the same time.", Retryable: true},
	{Code: WebhooksNotConfigured, Kind: Unavailable, Title: "Webhooks not configured",
		Cause: "The service has no key from which the secrets of webhook endpoints are derived.",
		Fix:   "Ask the operator to set WEBHOOK_KEY.", Retryable: true},
	{Code: DatabaseUnavailable, Kind: Unavailable, Title: "Database unavailable",
		Cause: "The database does not answer.",
		Fix:   "Wait as long as Retry-After says, then send the same request with the same Idempotency-Key.", Retryable: true},
	{Code: OutcomeUnknown, Kind: Unavailable, Title: "Outcome unknown",
		Cause: "The database did not report in time whether the change was saved.",
		Fix:   "Send the same request with the same Idempotency-Key: the answer tells the outcome. Without a key, do what the detail says.", Retryable: true},
	{Code: RequestTimeout, Kind: Unavailable, Title: "Request timed out",
		Cause: "The request took too long. Nothing was changed.",
		Fix:   "Send the same request again, with the same Idempotency-Key.", Retryable: true},
	{Code: ClockSkewed, Kind: Unavailable, Title: "Clock wrong",
		Cause: "The clock of the server that got the request differs from the database's by more than 5 seconds. Nothing was changed.",
		Fix:   "Wait as long as Retry-After says, then send the same request with the same Idempotency-Key. Other servers take it at once.", Retryable: true},
	{Code: SignatureInvalid, Kind: Unauthenticated, Title: "Signature refused",
		Cause: "The webhook's signature is missing, wrong or older than five minutes.",
		Fix:   "Check the verification key."},
}
