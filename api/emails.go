package api

import (
	"net/http"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// newEmailBody is a letter to be sent; whatever is absent has a sensible default.
type newEmailBody struct {
	// To whom.
	To []string `json:"to" format:"email" validate:"min=1,max=20"`
	// Copies to whom.
	Cc []string `json:"cc" format:"email" validate:"max=20"`
	// The subject line; null is the default.
	Subject *string `json:"subject" format:"line" minLength:"1" maxLength:"200"`
	// For a person.
	Message *string `json:"message" maxLength:"5000"`
} // @name NewEmail

// emailBody is a letter about a document, and how far it has come.
type emailBody struct {
	// A UUIDv7, for good.
	ID string `json:"id" format:"uuid"`
	// What the letter is about.
	Kind string `json:"kind" enums:"invoice,credit_note,order_placed,manual"`
	// To whom.
	To []string `json:"to" maxLength:"254"`
	// Copies to whom.
	Cc []string `json:"cc" maxLength:"254"`
	// The subject line; null is the default.
	Subject *string `json:"subject" maxLength:"200"`
	// Where it stands.
	Status string `json:"status" enums:"queued,sent,delivered,bounced,failed"`
	// How often it was tried.
	Attempts int `json:"attempts"`
	// The last fault, for programs.
	ErrorCode *string `json:"error_code"`
	// The last fault, for people.
	LastError *string `json:"last_error" maxLength:"2000"`
	// When it was made.
	CreatedAt time.Time `json:"created_at" format:"date-time"`
	// When it is tried next.
	NextAt *time.Time `json:"next_attempt_at" format:"date-time"`
	// When the mail provider took it.
	SentAt *time.Time `json:"sent_at" format:"date-time"`
	// When anything of it last changed.
	UpdatedAt time.Time `json:"updated_at" format:"date-time"`
} // @name Email

// emailPage is the letters about a document.
type emailPage struct {
	// The rows.
	Data []emailBody `json:"data" validate:"max=10000"`
	// Where the page stands in its list.
	Page pageBody `json:"page"`
} // @name EmailPage

// emailQuery is the parameters of a list of e-mails.
type emailQuery struct {
	// How many rows a page has at most.
	Limit int `query:"limit" minimum:"1" maximum:"200" default:"50" example:"50"`
	// page.next_cursor or page.prev_cursor of a page of this list, with the same filters and sort.
	Cursor string `query:"cursor" maxLength:"1000"`
}

// filter is the parameters as the desk takes them.
func (q emailQuery) filter(companyID, orderID string) (desk.EmailFilter, error) {
	after, _, err := positionOf(q.listKey(companyID, orderID), q.Cursor)
	return desk.EmailFilter{OrderID: orderID, Limit: q.Limit, After: after}, err
}

// listKey names the document's e-mails.
func (q emailQuery) listKey(companyID, orderID string) string {
	return web.ListKey(companyID, "/v1/orders/"+orderID+"/emails", q)
}

func emailOrderSpec() web.Spec {
	return web.Spec{Body: newEmailBody{}, BodyOptional: true, Answers: []web.Answer{{Status: http.StatusAccepted, Body: emailBody{}}}, Refuses: refusesWith(fault.EmailLimitReached)}
}

// emailOrder godoc
//
//	@Summary		E-mail a document
//	@Description	Sends the document to the customer, or to whom the body names, with what print gives as PDF. It neither needs nor makes a number.
//	@ID				emailOrder
//	@Tags			orders
//	@Param			id		path		string			true	"the document's id"	Format(uuid)
//	@Success		202	"The e-mail, queued: it is sent in a moment"
//	@Router			/v1/orders/{id}/email [post]
func (s *service) emailOrder(c web.Request) error {
	var body newEmailBody
	id, call, err := decodeWrite(c, fault.OrderNotFound, &body)
	if err != nil {
		return err
	}
	in := desk.ManualEmail{To: body.To, Cc: body.Cc, Subject: valueOrZero(body.Subject), Message: valueOrZero(body.Message)}
	reply, err := s.Desk.Email(c.Request().Context(), call, id, in, encoder(http.StatusAccepted, nil, func(e email.Email) emailBody { return emailBodyOf(&e) }))
	return sendReply(c, reply, err)
}

func listOrderEmailsSpec() web.Spec {
	return web.Spec{Query: emailQuery{}, Answers: answersOK(emailPage{})}
}

// listOrderEmails godoc
//
//	@Summary		List the letters about a document
//	@Description	Each letter with its recipients, its status as the mail provider tells it, its attempts and its last error, in pages, newest first.
//	@ID				listOrderEmails
//	@Tags			orders
//	@Param			id	path		string	true	"the document's id"	Format(uuid)
//	@Success		200	"A page of the e-mails about the document, newest first"
//	@Router			/v1/orders/{id}/emails [get]
func (s *service) listOrderEmails(c web.Request) error {
	q, filter, err := emailFilter(c)
	if err != nil {
		return err
	}
	page, err := s.Desk.Emails(c.Request().Context(), web.Actor(c), filter)
	if err != nil {
		return err
	}
	where := s.pageOf(c, q.listKey(web.Actor(c).CompanyID, filter.OrderID), q.Limit, page.Next, nil)
	return web.WriteJSON(c, http.StatusOK, emailPage{bodiesOf(page.Emails, emailBodyOf), where})
}

// emailFilter reads the document's id and the parameters of the list of its e-mails.
func emailFilter(c web.Request) (q emailQuery, f desk.EmailFilter, err error) {
	id, err := web.PathID(c, fault.OrderNotFound)
	if err != nil {
		return q, f, err
	}
	if err = web.DecodeQuery(c, &q); err != nil {
		return q, f, err
	}
	f, err = q.filter(web.Actor(c).CompanyID, id)
	return q, f, err
}

func emailBodyOf(e *email.Email) emailBody {
	b := emailBody{
		ID: e.ID, Kind: string(e.Kind), To: append([]string{}, e.Recipients...), Cc: append([]string{}, e.Cc...), Subject: nullIfEmpty(e.Subject), Status: string(e.ShownStatus()),
		Attempts: e.Attempts, ErrorCode: nullIfEmpty(e.ErrorCode), LastError: nullIfEmpty(e.LastError), CreatedAt: e.CreatedAt.UTC(), SentAt: utcOrNil(e.SentAt), UpdatedAt: e.UpdatedAt.UTC(),
	}
	if e.State == email.Queued || e.State == email.Unknown {
		b.NextAt = utcOrNil(&e.NextAttemptAt)
	}
	return b
}
