package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// stepBody is a step of a state machine.
type stepBody struct {
	// order or prebook.
	Kind string `json:"kind" enums:"order,prebook"`
	// The action.
	Action  string   `json:"action"`
	From    []string `json:"from"`                 // where it is permitted; empty is nowhere
	To      *string  `json:"to" maxLength:"254"`   // null: the status stays
	When    *string  `json:"when" maxLength:"200"` // the condition of the step
	Already []string `json:"already"`              // where it succeeds and changes nothing
	// What the timeline says.
	Event   *string `json:"event"`
	Refusal *string `json:"refusal"` // the code elsewhere
	// What to do instead.
	Remedy *string `json:"remedy" maxLength:"500"`

	Except []exceptionBody `json:"except"` // statuses in which other words fit
}

// exceptionBody is what a step says in one status, in place of its refusal and remedy.
type exceptionBody struct {
	// Where it stands.
	Status string `json:"status"`
	// The code elsewhere.
	Refusal string `json:"refusal"`
	// What to do instead.
	Remedy string `json:"remedy" maxLength:"500"`
}

// statusBody is a status, its label and the kinds of document that have it.
type statusBody struct {
	// order or prebook.
	Kind string `json:"kind" enums:"order,prebook"`
	// Where it stands.
	Status string `json:"status"`
	// As people see it.
	Label string `json:"label" maxLength:"100"`
}

// orderStatesBody is the two state machines as data.
type orderStatesBody struct {
	// Every status.
	Statuses []statusBody `json:"statuses"`
	// Every step.
	Steps []stepBody `json:"steps"`
}

func getOrderStatesSpec() web.Spec {
	return web.Spec{Answers: answersOK(orderStatesBody{})}
}

// getOrderStates godoc
//
//	@Summary		See the state machines
//	@Description	Statuses and steps of orders and prebooks, as data: from where each action leads where, with which event, and what refuses it elsewhere. The service runs these very rows.
//	@ID				getOrderStates
//	@Tags			meta
//	@Success		200	"The two state machines"
//	@Router			/v1/meta/order-states [get]
func (s *service) getOrderStates(c web.Request) error {
	var body orderStatesBody
	for _, kind := range []order.Kind{order.KindOrder, order.KindPrebook} {
		for _, status := range order.StatusesOf(kind) {
			body.Statuses = append(body.Statuses, statusBody{string(kind), string(status), status.Label()})
		}
	}
	for _, r := range order.Rules {
		body.Steps = append(body.Steps, stepBody{
			Kind: string(r.Kind), Action: string(r.Action), From: plainStrings(r.From), To: nullIfEmpty(r.To), When: nullIfEmpty(r.When),
			Already: plainStrings(r.Already), Event: nullIfEmpty(r.Event), Refusal: nullIfEmpty(r.Refusal), Remedy: nullIfEmpty(s.Wording(r.Remedy)), Except: s.exceptionBodiesOf(r),
		})
	}
	return web.WriteJSON(c, http.StatusOK, body)
}

func (s *service) exceptionBodiesOf(r order.Rule) []exceptionBody {
	list := make([]exceptionBody, 0, len(r.Except))
	for _, e := range r.Except {
		list = append(list, exceptionBody{string(e.In), string(e.Refusal), s.Wording(e.Remedy)})
	}
	return list
}

// permissionBody is one row of the role matrix.
type permissionBody struct {
	// What may be done.
	Permission  string      `json:"permission"`
	Description string      `json:"description" maxLength:"300"` // what a role may do
	Roles       []grantBody `json:"roles"`                       // those that may
}

// grantBody is a role and how far a permission reaches for it.
type grantBody struct {
	// The role.
	Role  string `json:"role"`
	Scope string `json:"scope" enums:"own_draft,own_open,own,open,all"` // how far it reaches
}

// rolesBody is the role matrix as data.
type rolesBody struct {
	// The roles.
	Roles []string `json:"roles"`
	// Every permission, and for whom.
	Permissions []permissionBody `json:"permissions"`
}

func getRolesSpec() web.Spec {
	return web.Spec{Answers: answersOK(rolesBody{})}
}

// getRoles godoc
//
//	@Summary		See the role matrix
//	@Description	Which role may do what, and how far, as data. The service runs these very rows.
//	@ID				getRoles
//	@Tags			meta
//	@Success		200	"The role matrix"
//	@Router			/v1/meta/roles [get]
func (*service) getRoles(c web.Request) error {
	body := rolesBody{Roles: plainStrings(auth.Roles())}
	for _, row := range auth.Matrix() {
		p := permissionBody{Permission: string(row.Permission), Description: row.Description}
		for _, role := range auth.Roles() {
			if scope := row.Scope(role); scope != order.ScopeNone {
				p.Roles = append(p.Roles, grantBody{string(role), string(scope)})
			}
		}
		body.Permissions = append(body.Permissions, p)
	}
	return web.WriteJSON(c, http.StatusOK, body)
}

// meBody is who the token says the caller is, and what that permits.
type meBody struct {
	// The token's subject.
	Sub string `json:"sub" maxLength:"255"`
	// As people write it.
	Name *string `json:"name" maxLength:"200"`
	// An e-mail address.
	Email *string `json:"email" maxLength:"254"`
	// The seller company.
	CompanyID string    `json:"company_id" format:"uuid"`
	Roles     []string  `json:"roles"`   // the known ones; empty for a caller who may do nothing
	Permits   []permit  `json:"permits"` // the widest grant of all roles
	Company   *homeBody `json:"company"` // null where it is no seller company known here
} // @name Me

// homeBody is the seller company of the caller.
type homeBody struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid"`
	// As people write it.
	Name string `json:"name" maxLength:"200"`
	// ISO 4217; the company's.
	Currency string `json:"currency" maxLength:"3"`
	// IANA name.
	TimeZone string `json:"time_zone" maxLength:"64"`
} // @name MyCompany

// permit is one thing that the caller may do, and how far.
type permit struct {
	// What may be done.
	Permission string `json:"permission"`
	Scope      string `json:"scope" enums:"own_draft,own_open,own,open,all"` // how far it reaches
} // @name Permit

func getMeSpec() web.Spec {
	return web.Spec{Answers: answersOK(meBody{})}
}

// getMe godoc
//
//	@Summary		See who you are
//	@Description	Who the token says the caller is, the company, the roles and what they permit. Any good token may ask; one of a company that is no seller here, or without a known role, permits nothing.
//	@ID				getMe
//	@Tags			meta
//	@Success		200	"The caller, the company, and what the roles permit"
//	@Router			/v1/me [get]
func (s *service) getMe(c web.Request) error {
	who := web.Actor(c)
	body := meBody{
		Sub: who.Subject, Name: nullIfEmpty(who.Name), Email: nullIfEmpty(who.Email), CompanyID: who.CompanyID,
		Roles: plainStrings(who.Roles), Permits: permitsOf(who),
	}
	if s.Desk == nil {
		return web.WriteJSON(c, http.StatusOK, body)
	}
	home, err := s.Desk.Company(c.Request().Context(), who)
	if err == nil {
		body.Company = &homeBody{home.ID, home.Name, home.Currency, home.TimeZone}
	} else if !fault.Is(err, fault.CompanyNotSeller) {
		return err
	}
	return web.WriteJSON(c, http.StatusOK, body)
}

func permitsOf(who auth.Actor) []permit {
	permits := []permit{}
	for _, row := range auth.Matrix() {
		if scope := who.Scope(order.Action(row.Permission)); scope != order.ScopeNone {
			permits = append(permits, permit{string(row.Permission), string(scope)})
		}
	}
	return permits
}
