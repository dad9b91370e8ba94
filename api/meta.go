package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// stepBody is a step of a state machine: an action and what it does.
type stepBody struct {
	// The kind: order or prebook.
	Kind string `json:"kind" enums:"order,prebook"`
	// The action.
	Action  string   `json:"action"`
	From    []string `json:"from"`                 // the statuses that allow it; empty if none does
	To      *string  `json:"to" maxLength:"254"`   // the new status; null if it stays
	When    *string  `json:"when" maxLength:"200"` // the condition of the step
	Already []string `json:"already"`              // the statuses in which it succeeds and changes nothing
	// The event in the timeline.
	Event   *string `json:"event"`
	Refusal *string `json:"refusal"` // the code of the refusal in every other status
	// What to do instead.
	Remedy *string `json:"remedy" maxLength:"500"`

	Except []exceptionBody `json:"except"` // the statuses with a refusal of their own
}

// exceptionBody is the refusal and remedy of a step in one status, instead of the usual ones.
type exceptionBody struct {
	// The status.
	Status string `json:"status"`
	// The code elsewhere.
	Refusal string `json:"refusal"`
	// What to do instead.
	Remedy string `json:"remedy" maxLength:"500"`
}

// statusBody is a status, its label and the kinds of document that have it.
type statusBody struct {
	// The kind: order or prebook.
	Kind string `json:"kind" enums:"order,prebook"`
	// The status.
	Status string `json:"status"`
	// The label shown to people.
	Label string `json:"label" maxLength:"100"`
}

// orderStatesBody is the two state machines as data.
type orderStatesBody struct {
	// The statuses.
	Statuses []statusBody `json:"statuses"`
	// The steps.
	Steps []stepBody `json:"steps"`
}

func getOrderStatesSpec() web.Spec {
	return web.Spec{Answers: answersOK(orderStatesBody{})}
}

// getOrderStates godoc
//
//	@Summary		Get the state machines
//	@Description	Answers the statuses and steps of orders and prebooks as data: for each action the statuses that allow it, the new status, the event, and the refusal in every other status. The service itself runs on this data.
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
			Already: plainStrings(r.Already), Event: nullIfEmpty(r.Event), Refusal: nullIfEmpty(r.Refusal), Remedy: nullIfEmpty(r.Remedy.String()), Except: s.exceptionBodiesOf(r),
		})
	}
	return web.WriteJSON(c, http.StatusOK, body)
}

func (s *service) exceptionBodiesOf(r order.Rule) []exceptionBody {
	list := make([]exceptionBody, 0, len(r.Except))
	for _, e := range r.Except {
		list = append(list, exceptionBody{string(e.In), string(e.Refusal), e.Remedy.String()})
	}
	return list
}

// permissionBody is one row of the role matrix.
type permissionBody struct {
	// The permission.
	Permission  string      `json:"permission"`
	Description string      `json:"description" maxLength:"300"` // what a role may do
	Roles       []grantBody `json:"roles"`                       // the roles that have it
}

// grantBody is a role and the scope of a permission for it.
type grantBody struct {
	// The role.
	Role  string `json:"role"`
	Scope string `json:"scope" enums:"own_draft,own_open,own,open,all"` // the scope of the permission
}

// rolesBody is the role matrix as data.
type rolesBody struct {
	// The roles.
	Roles []string `json:"roles"`
	// The permissions, and who has them.
	Permissions []permissionBody `json:"permissions"`
}

func getRolesSpec() web.Spec {
	return web.Spec{Answers: answersOK(rolesBody{})}
}

// getRoles godoc
//
//	@Summary		Get the role matrix
//	@Description	Answers which role has which permission, and with which scope, as data. The service itself runs on this data.
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

// meBody is the caller that the token names, with the permissions.
type meBody struct {
	// The subject of the token.
	Sub string `json:"sub" maxLength:"255"`
	// The name.
	Name *string `json:"name" maxLength:"200"`
	// The e-mail address.
	Email *string `json:"email" maxLength:"254"`
	// The seller company.
	CompanyID string    `json:"company_id" format:"uuid"`
	Roles     []string  `json:"roles"`   // the known roles; empty if the caller may do nothing
	Permits   []permit  `json:"permits"` // the permissions, each with the widest scope of all roles
	Company   *homeBody `json:"company"` // the seller company; null if it is unknown here
} // @name Me

// homeBody is the caller's company.
type homeBody struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The name.
	Name string `json:"name" maxLength:"200"`
	// The company's currency (ISO 4217).
	Currency string `json:"currency" maxLength:"3"`
	// The time zone, by its IANA name.
	TimeZone string `json:"time_zone" maxLength:"64"`
} // @name MyCompany

// permit is a permission of the caller and its scope.
type permit struct {
	// The permission.
	Permission string `json:"permission"`
	Scope      string `json:"scope" enums:"own_draft,own_open,own,open,all"` // the scope of the permission
} // @name Permit

func getMeSpec() web.Spec {
	return web.Spec{Answers: answersOK(meBody{})}
}

// getMe godoc
//
//	@Summary		Get the caller
//	@Description	Answers the caller that the token names, the company, the roles and their permissions. Every valid token may call it. A token of an unknown company, or without a known role, has no permissions.
//	@ID				getMe
//	@Tags			meta
//	@Success		200	"The caller, the company and the permissions"
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
