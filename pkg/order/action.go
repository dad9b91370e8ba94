package order

// Action is something a caller asks to do to orders and prebooks. The words are those of the use cases, the
// routes, the role matrix and allowed_actions.
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

// Scope is how far a permission reaches. A wider scope contains the narrower ones that follow from it.
type Scope string

// The scopes, from nothing to everything of the caller's company.
const (
	ScopeNone     Scope = ""          // not permitted
	ScopeOwnDraft Scope = "own_draft" // drafts of documents the caller placed
	ScopeOwnOpen  Scope = "own_open"  // drafts and pending ones among the documents the caller placed
	ScopeOwn      Scope = "own"       // documents the caller placed, and orders billed from them
	ScopeOpen     Scope = "open"      // drafts and pending ones of the company
	ScopeAll      Scope = "all"       // every document of the company
)

// Caller is what the guard needs to know of who asks. auth.Actor is one.
type Caller interface {
	Scope(a Action) Scope   // what the role matrix grants
	Sub() string            // the subject, as in Order.OwnerSub
	MayPassCutoff() bool    // may confirm after the company's cut-off
	RolesFor(Action) string // the roles that may, as a sentence names them: "Admin or Sales Manager"
}
