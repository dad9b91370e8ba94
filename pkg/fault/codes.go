package fault

// Every code. What each means stands in entries, below.
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
	CustomerNotFound     Code = "customer_not_found"
	InvoiceNotFound      Code = "invoice_not_found"
	CreditNoteNotFound   Code = "credit_note_not_found"
	ErrorNotFound        Code = "error_not_found"
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
	SettingsChanged        Code = "settings_changed"
	IfMatchRequired        Code = "if_match_required"

	// Limits and outages.
	RateLimited         Code = "rate_limited"
	EmailLimitReached   Code = "email_limit_reached"
	DatabaseUnavailable Code = "database_unavailable"
	OutcomeUnknown      Code = "outcome_unknown"
	RequestTimeout      Code = "request_timeout"
	SignatureInvalid    Code = "signature_invalid"
)

var entries = []Entry{
	{Code: InternalError, Kind: Internal, Title: "Internal error",
		Cause: "A defect of the service, or a failure it did not expect.",
		Fix:   "Try again with the same Idempotency-Key. If it stays, report the request_id.", Retryable: true},

	// Reading the request.
	{Code: JSONMalformed, Kind: Unreadable, Title: "Malformed JSON",
		Cause: "The body is not one JSON value in UTF-8.",
		Fix:   "Send one JSON object; the detail says where reading stopped."},
	{Code: JSONDuplicateMember, Kind: Unreadable, Title: "Duplicate member",
		Cause: "A JSON object names a member twice, or twice but for letter case.",
		Fix:   "Send each member once, spelled as documented."},
	{Code: JSONMemberCase, Kind: Unreadable, Title: "Member in another letter case",
		Cause: "A member is spelled like a documented one but for letter case, which many readers would take for it.",
		Fix:   "Spell it as the detail says."},
	{Code: JSONTooDeep, Kind: Unreadable, Title: "JSON too deep",
		Cause: "The body nests deeper than 32 levels.",
		Fix:   "Send the documented shape."},
	{Code: JSONTrailingData, Kind: Unreadable, Title: "Data after the body",
		Cause: "Something follows the JSON value.",
		Fix:   "Send exactly one JSON value."},
	{Code: ParameterUnknown, Kind: Unreadable, Title: "Unknown parameter",
		Cause:   "The operation has no query parameter of this name.",
		Fix:     "Use the name in nearest, or see the operation's parameters.",
		Members: []Member{{"nearest", "the nearest valid name, or null"}}},
	{Code: ParameterInvalid, Kind: Unreadable, Title: "Invalid parameter",
		Cause: "A query parameter's value is not one that it takes.",
		Fix:   "errors names the parameter and what it takes."},
	{Code: HeaderInvalid, Kind: Unreadable, Title: "Invalid header",
		Cause: "A request header is malformed, or given twice.",
		Fix:   "Send the header once, as documented."},
	{Code: CursorInvalid, Kind: Unreadable, Title: "Invalid cursor",
		Cause: "The cursor was not handed out by this list with these filters and this sort, or it was altered.",
		Fix:   "Start again without cursor, or keep filters and sort as they were."},
	{Code: IdempotencyKeyMissing, Kind: Unreadable, Title: "Idempotency-Key missing",
		Cause: "The operation changes money, orders or mail, and needs a key to be safe to repeat.",
		Fix:   "Send Idempotency-Key: a fresh UUID for each intent, the same one for each retry."},
	{Code: IdempotencyKeyInvalid, Kind: Unreadable, Title: "Invalid Idempotency-Key",
		Cause: "The key is not 1 to 255 visible ASCII characters.",
		Fix:   "Send a UUID."},

	// Who is asking.
	{Code: TokenMissing, Kind: Unauthenticated, Title: "Token missing",
		Cause: "The operation needs a bearer token, and the request has none.",
		Fix:   "Send Authorization: Bearer followed by the token."},
	{Code: TokenInvalid, Kind: Unauthenticated, Title: "Token refused",
		Cause: "The token is malformed, expired, not yet valid, signed by another key, or meant for another service.",
		Fix:   "Get a fresh token from your identity provider."},
	{Code: CompanyNotSeller, Kind: Forbidden, Title: "Not a seller company",
		Cause: "The token is good, but its company is not a seller known here.",
		Fix:   "Use a token of a seller company."},
	{Code: RoleMissing, Kind: Forbidden, Title: "No known role",
		Cause: "The token carries none of the roles this service knows.",
		Fix:   "Ask an administrator for one of the documented roles."},
	{Code: RoleNotAllowed, Kind: Forbidden, Title: "Role not allowed",
		Cause:   "None of the caller's roles may do this.",
		Fix:     "Ask a colleague with one of the roles in the detail.",
		Members: []Member{{"remedy", "whom to ask"}}},

	// Finding things.
	{Code: RouteNotFound, Kind: NotFound, Title: "No such path",
		Cause: "The service has nothing at this path. Paths have no trailing slash.",
		Fix:   "See the paths in /openapi.yaml."},
	{Code: OrderNotFound, Kind: NotFound, Title: "Order not found",
		Cause: "There is no order or prebook with this id that you may see.",
		Fix:   "Check the id; list your orders with {listOrders}."},
	{Code: CustomerNotFound, Kind: NotFound, Title: "Customer not found",
		Cause: "There is no customer with this id in your company.",
		Fix:   "Check the id; list customers with {listCustomers}."},
	{Code: InvoiceNotFound, Kind: NotFound, Title: "Invoice not found",
		Cause: "There is no invoice with this id that you may see.",
		Fix:   "Check the id; list invoices with {listInvoices}."},
	{Code: CreditNoteNotFound, Kind: NotFound, Title: "Credit note not found",
		Cause: "There is no credit note with this id that you may see.",
		Fix:   "Check the id; list credit notes with {listCreditNotes}."},
	{Code: ErrorNotFound, Kind: NotFound, Title: "No such error code",
		Cause: "The catalogue has no error of this code.",
		Fix:   "List all codes with {listErrors}."},
	{Code: MethodNotAllowed, Kind: NotAllowed, Title: "Method not allowed",
		Cause: "The path exists, but not with this method.",
		Fix:   "Use one of the methods in the Allow header."},
	{Code: NotAcceptableFormat, Kind: NotAcceptable, Title: "No such representation",
		Cause: "The operation has none of the media types in Accept.",
		Fix:   "Ask for one of the media types in the detail."},
	{Code: MediaTypeUnsupported, Kind: Unsupported, Title: "Media type not supported",
		Cause: "The body's Content-Type is not one that the operation reads.",
		Fix:   "Send application/json (on PATCH also application/merge-patch+json)."},
	{Code: BodyTooLarge, Kind: TooLarge, Title: "Body too large",
		Cause: "The body is larger than 1 MiB.",
		Fix:   "Send less: at most 500 lines an order, 500 ids a batch."},

	// Content.
	{Code: BodyInvalid, Kind: Invalid, Title: "Content breaks rules",
		Cause: "The body was read, and at least one field breaks a rule. Nothing was written.",
		Fix:   "errors names every field, its code and the remedy."},
	{Code: IdempotencyKeyReused, Kind: Invalid, Title: "Idempotency-Key reused",
		Cause: "The key was used before with another request.",
		Fix:   "Use a fresh key for a new intent; repeat the first request exactly to get its answer."},
	{Code: FieldRequired, Kind: Invalid, Title: "Required",
		Cause: "The field must be there and have a value.",
		Fix:   "Send it.", Field: true},
	{Code: FieldUnknown, Kind: Invalid, Title: "Unknown field",
		Cause: "The object has no field of this name.",
		Fix:   "Remove it, or use the name in the detail.", Field: true},
	{Code: FieldType, Kind: Invalid, Title: "Wrong type",
		Cause: "The field is of another JSON type.",
		Fix:   "Send the type in the detail. Money and prices are strings.", Field: true},
	{Code: FieldInvalid, Kind: Invalid, Title: "Invalid value",
		Cause: "The value is not one that the field takes.",
		Fix:   "Send a value as in the detail.", Field: true},
	{Code: FieldTooLong, Kind: Invalid, Title: "Too long",
		Cause: "The text has more characters, or the list more items, than the field holds.",
		Fix:   "Send at most what the detail says.", Field: true},
	{Code: FieldOutOfRange, Kind: Invalid, Title: "Out of range",
		Cause: "The number is smaller or larger than the field holds.",
		Fix:   "Send a number within the range in the detail.", Field: true},
	{Code: FieldReadOnly, Kind: Invalid, Title: "Read only",
		Cause: "The field is computed by the service.",
		Fix:   "Leave it out, or send it back unchanged.", Field: true},
	{Code: FieldConflict, Kind: Invalid, Title: "Contradicting fields",
		Cause: "Two fields exclude each other.",
		Fix:   "Send one of them.", Field: true},
	{Code: DecimalsTooMany, Kind: Invalid, Title: "Too many decimals",
		Cause: "The amount has more decimals than its currency, or the price more than 4.",
		Fix:   "Round it yourself; the service never rounds what it is sent.", Field: true},
	{Code: CurrencyMismatch, Kind: Invalid, Title: "Another currency",
		Cause: "The company trades in one currency, and this is another.",
		Fix:   "Send the company's currency, or leave it out.", Field: true},
	{Code: CustomerUnknown, Kind: Invalid, Title: "Unknown customer",
		Cause: "Your company has no such customer.",
		Fix:   "Create it with {createCustomer}, or correct the code.", Field: true},
	{Code: LineUnknown, Kind: Invalid, Title: "Unknown line",
		Cause: "The document has no line of this id.",
		Fix:   "Use the line ids of {getOrder}.", Field: true},
	{Code: PaymentUnknown, Kind: Invalid, Title: "Unknown payment",
		Cause: "The order has no payment of this id.",
		Fix:   "Use a payment id of {getPaymentStatus}.", Field: true},
	{Code: OriginNotAllowed, Kind: Invalid, Title: "Origin not allowed",
		Cause: "The caller may not place documents of this origin.",
		Fix:   "A storefront places origin W only.", Field: true},
	{Code: FieldNotAllowed, Kind: Invalid, Title: "Field not allowed",
		Cause: "The caller's roles may not set this field.",
		Fix:   "Leave it out.", Field: true},
	{Code: TotalNegative, Kind: Invalid, Title: "Negative total",
		Cause: "Discounts exceed the lines: the total would be below zero.",
		Fix:   "Lower the discount.", Field: true},
	{Code: AmountTooLarge, Kind: Invalid, Title: "Amount too large",
		Cause: "The computed amount exceeds 9,999,999,999,999.99 or its like.",
		Fix:   "Split the order.", Field: true},

	// State.
	{Code: OrderNotConfirmable, Kind: Conflict, Title: "Order cannot be confirmed",
		Cause:   "Its status does not permit confirming.",
		Fix:     "The detail says why; see allowed_actions of the order.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: PrebookHasNoInvoice, Kind: Conflict, Title: "A prebook has no invoice",
		Cause:   "A prebook is never confirmed: its checked-out lines are billed into an order, which is.",
		Fix:     "{billOrder}, then confirm the order it answers.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: OrderNotCheckoutable, Kind: Conflict, Title: "Order cannot be checked out",
		Cause:   "Its status does not permit checking out.",
		Fix:     "The detail says why; see allowed_actions of the order.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: OrderNotEditable, Kind: Conflict, Title: "Order cannot be edited",
		Cause:   "A confirmed, billed or voided document is not edited.",
		Fix:     "Void it and place another, or leave it.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: LineNotEditable, Kind: Conflict, Title: "Line cannot be edited",
		Cause:   "Of a checked-out line only the price may change; a billed line is fixed; a checked-out prebook gains and loses no lines.",
		Fix:     "Change what may change; errors names the lines.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: OrderNotVoidable, Kind: Conflict, Title: "Order cannot be voided",
		Cause:   "Its status does not permit voiding, or its prebook cannot take back what the order took along: a discount, or more charges or taxes than a document may have.",
		Fix:     "The detail says why; see allowed_actions of the order. Where it is the prebook, lower its discount or remove charges of it first.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: PrebookPartlyBilled, Kind: Conflict, Title: "Prebook has billed lines",
		Cause:   "A prebook whose lines were billed is not voided.",
		Fix:     "Void the orders billed from it first; that frees their lines.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: OrderNotBillable, Kind: Conflict, Title: "Nothing to bill",
		Cause:   "Only checked-out lines of a prebook are billed, and they must bear its discount, which goes along with its first bill.",
		Fix:     "Check lines out with {checkoutOrder} and bill more of them at once, or lower the discount of the prebook.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: LineAlreadyBilled, Kind: Conflict, Title: "Line already billed",
		Cause:   "A line is billed once.",
		Fix:     "Use the order it was billed into.",
		Members: []Member{{"orders", "the orders the lines were billed into"}, {"remedy", "what to do instead"}}},
	{Code: LineNotCheckedOut, Kind: Conflict, Title: "Line not checked out",
		Cause:   "Only checked-out lines are billed.",
		Fix:     "{checkoutOrder} with its id first.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: PaymentRequired, Kind: Conflict, Title: "Payment required",
		Cause:   "The customer must pay by card, the order is unpaid, and the company blocks confirming unpaid card orders.",
		Fix:     "Record the payment, then confirm; or set unpaid_card_orders to warn.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: PastCutoff, Kind: Conflict, Title: "Past the cut-off",
		Cause:   "The confirmation cut-off of the ship date has passed.",
		Fix:     "Ask a Sales Manager or an Admin, or move the ship date.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: PrebookTakesNoPayment, Kind: Conflict, Title: "A prebook takes no payment",
		Cause:   "Payments belong to the order billed from a prebook.",
		Fix:     "Bill its lines and pay the order.",
		Members: []Member{{"remedy", "what to do instead"}}},
	{Code: RefundExceedsPaid, Kind: Conflict, Title: "Refund exceeds what was paid",
		Cause:   "A refund is at most what was paid less what was refunded.",
		Fix:     "Refund at most the net in the detail.",
		Members: []Member{{"net", "paid less refunded"}, {"remedy", "what to do instead"}}},
	{Code: PaymentReferenceTaken, Kind: Conflict, Title: "Payment reference taken",
		Cause:   "A card or ach payment of the company has this reference already, for another order, amount or currency.",
		Fix:     "Check the reference; a replay must repeat order, amount and currency. Take a payment that was booked in error back with corrects first.",
		Members: []Member{{"order_id", "the order that has it"}}},
	{Code: ExternalReferenceTaken, Kind: Conflict, Title: "External reference taken",
		Cause:   "A checkout of the company has this external_reference already.",
		Fix:     "Use the checkout in orders; a new cart needs its own reference.",
		Members: []Member{{"checkout_id", "the checkout that has it"}, {"orders", "its documents: id, number, kind, url"}}},
	{Code: CustomerCodeTaken, Kind: Conflict, Title: "Customer code taken",
		Cause:   "Another customer of the company has this code.",
		Fix:     "Use another code, or edit that customer.",
		Members: []Member{{"customer_id", "the customer that has it"}}},
	{Code: IdempotencyInProgress, Kind: Conflict, Title: "First request still running",
		Cause: "A request with this Idempotency-Key has not ended yet.",
		Fix:   "Wait as Retry-After says, then repeat it.", Retryable: true},
	{Code: OrderLocked, Kind: Conflict, Title: "Order is being changed",
		Cause: "Another request holds the order for longer than we wait.",
		Fix:   "Try again in a moment.", Retryable: true},
	{Code: AlreadyDone, Kind: Conflict, Title: "Already so",
		Cause: "The document is already what the action would make it. It stands in allowed_actions only, and is never a problem: the call answers 200 and changes nothing.",
		Fix:   "Nothing to do.", Hint: true},
	{Code: OrderChanged, Kind: Stale, Title: "Order changed",
		Cause:   "Someone changed the order since you read it.",
		Fix:     "Read it again, look at changes, and repeat with the new ETag.",
		Members: []Member{{"current_version", "its version now"}, {"changes", "what changed since: version, at, actor, fields"}}},
	{Code: CustomerChanged, Kind: Stale, Title: "Customer changed",
		Cause:   "Someone changed the customer since you read it.",
		Fix:     "Read it again and repeat with the new ETag.",
		Members: []Member{{"current_version", "its version now"}}},
	{Code: SettingsChanged, Kind: Stale, Title: "Settings changed",
		Cause:   "Someone changed the settings since you read them.",
		Fix:     "Read them again and repeat with the new ETag.",
		Members: []Member{{"current_version", "their version now"}}},
	{Code: IfMatchRequired, Kind: VersionRequired, Title: "If-Match required",
		Cause: "The operation must know which version you edit.",
		Fix:   "Send If-Match with the ETag you last read."},

	// Limits and outages.
	{Code: RateLimited, Kind: Limited, Title: "Too many requests",
		Cause: "The token sent more requests than its quota.",
		Fix:   "Wait as Retry-After says.", Retryable: true},
	{Code: EmailLimitReached, Kind: Limited, Title: "Too many letters",
		Cause: "The order or the company has reached its limit of letters by hand for today.",
		Fix:   "Try again as Retry-After says.", Retryable: true},
	{Code: DatabaseUnavailable, Kind: Unavailable, Title: "Database away",
		Cause: "The database does not answer.",
		Fix:   "Repeat as Retry-After says, with the same Idempotency-Key.", Retryable: true},
	{Code: OutcomeUnknown, Kind: Unavailable, Title: "Outcome unknown",
		Cause: "The database did not say in time whether it has committed.",
		Fix:   "Repeat with the same Idempotency-Key: you get the first outcome. Where there is no key, do as the detail says.", Retryable: true},
	{Code: RequestTimeout, Kind: Unavailable, Title: "Took too long",
		Cause: "The request exceeded its time limit and was rolled back.",
		Fix:   "Repeat with the same Idempotency-Key.", Retryable: true},
	{Code: SignatureInvalid, Kind: Unauthenticated, Title: "Signature refused",
		Cause: "The webhook's signature is missing, wrong or older than five minutes.",
		Fix:   "Check the verification key."},
}
