package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
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
