package order

// Action is what a caller wants to do with an order or a prebook. The use cases, the routes, the role matrix and
// allowed_actions have the same names.
type Action string

// The actions.
const (
	View     Action = "view" // list, details, print, export, timeline
	Place    Action = "place"
	Edit     Action = "edit"
	Email    Action = "email"
	Confirm  Action = "confirm"
	Checkout Action = "checkout"
	Void     Action = "void"
	Bill     Action = "bill"
	Pay      Action = "pay"
	Refund   Action = "refund"
	Print    Action = "print"
)

// Scope is the set of documents that a permission covers.
type Scope string

// The scopes, from no document to every document of the caller's company.
const (
	ScopeNone     Scope = ""          // no document
	ScopeOwnDraft Scope = "own_draft" // the caller's own drafts
	ScopeOwnOpen  Scope = "own_open"  // the caller's own draft and pending documents
	ScopeOwn      Scope = "own"       // the documents that the caller placed, and the orders billed from them
	ScopeOpen     Scope = "open"      // the draft and pending documents of the company
	ScopeAll      Scope = "all"       // all documents of the company
)

// Caller is what the guard needs to know about the caller. auth.Actor implements it.
type Caller interface {
	Scope(a Action) Scope // the scope that the role matrix gives
	Sub() string          // the subject, as in Order.OwnerSub
	MayPassCutoff() bool  // whether the caller may confirm after the company's cut-off
	// RolesFor is the roles that may do it to a document in the status, for a sentence: "Admin or Sales Manager".
	RolesFor(Action, Status) string
}
