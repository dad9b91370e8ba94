package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
)

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
		Roles: plainStrings(who.Roles), Permits: []permit{},
	}
	for _, row := range auth.Matrix() {
		if scope := who.Scope(order.Action(row.Permission)); scope != order.ScopeNone {
			body.Permits = append(body.Permits, permit{string(row.Permission), string(scope)})
		}
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
