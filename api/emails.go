package api

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

// newEmailBody is an e-mail to send. Every absent member has a default.
type newEmailBody struct {
	// The recipients.
	To []string `json:"to" format:"email" minItems:"1" maxItems:"20"`
	// The recipients of copies.
	Cc []string `json:"cc" format:"email" maxItems:"20"`
	// The subject line; null means the default.
	Subject *string `json:"subject" format:"line" minLength:"1" maxLength:"200"`
	// The message to the recipients.
	Message *string `json:"message" maxLength:"5000"`
} // @name NewEmail

// emailBody is an e-mail about a document, and its status.
type emailBody struct {
	// The id, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// What the e-mail is about.
	Kind string `json:"kind" enums:"invoice,credit_note,order_placed,order_received,manual,delivery_notice"`
	// The recipients.
	To []string `json:"to" maxLength:"254"`
	// The recipients of copies.
	Cc []string `json:"cc" maxLength:"254"`
	// The subject line; null only on an e-mail of an earlier version.
	Subject *string `json:"subject" maxLength:"200"`
	// The status. The worst recipient decides.
	Status string `json:"status" enums:"queued,sent,delivered,bounced,failed"`
	// The status of each recipient, first to and then cc.
	Recipients []recipientBody `json:"recipients" maxItems:"40"`
	// The number of attempts to send it.
	Attempts int `json:"attempts"`
	// The code of the last error.
	ErrorCode *string `json:"error_code"`
	// What error_code means, and what the mail provider said about this e-mail, for people.
	LastError *string `json:"last_error" maxLength:"2000"`
	// When it was created.
	CreatedAt time.Time `json:"created_at" format:"date-time"`
	// When the next attempt is due.
	NextAt *time.Time `json:"next_attempt_at" format:"date-time"`
	// When the mail provider accepted it.
	SentAt *time.Time `json:"sent_at" format:"date-time"`
	// When it last changed.
	UpdatedAt time.Time `json:"updated_at" format:"date-time"`
} // @name Email

// recipientBody is one recipient of an e-mail.
type recipientBody struct {
	// The address.
	Address string `json:"address" maxLength:"254"`
	// The status of this copy; failed if the mail provider dropped it.
	Status string `json:"status" enums:"queued,sent,delivered,bounced,failed"`
	// Why it is not delivered, in the words of the mail provider.
	Reason *string `json:"reason" maxLength:"600"`
	// When the mail provider said so.
	At *time.Time `json:"at" format:"date-time"`
} // @name EmailRecipient

// emailPage is a page of the e-mails about a document.
type emailPage struct {
	// The rows.
	Data []emailBody `json:"data" maxItems:"10000"`
	// The position of the page in its list.
	Page pageBody `json:"page"`
} // @name EmailPage

// emailQuery is the parameters of a list of e-mails.
type emailQuery struct {
	pageQuery
}

// filter is the parameters as a filter of the desk.
func (q emailQuery) filter(companyID, orderID string) (desk.EmailFilter, error) {
	after, _, err := positionOf(q.listKey(companyID, orderID), q.Cursor)
	return desk.EmailFilter{OrderID: orderID, Limit: q.Limit, After: after}, err
}

// listKey names the document's e-mails.
func (q emailQuery) listKey(companyID, orderID string) string {
	return web.ListKey(companyID, "/v1/orders/"+orderID+"/emails", q)
}

func emailOrderSpec() web.Spec {
	return web.Spec{Body: newEmailBody{}, BodyOptional: true, Answers: []web.Answer{{Status: http.StatusAccepted, Body: emailBody{}}}, Refuses: desk.EmailRefusals}
}

// emailOrder godoc
//
//	@Summary		E-mail a document
//	@Description	Sends the document by e-mail to the customer, or to the recipients in the body. The same PDF as from print is attached. The call does not issue an invoice.
//	@ID				emailOrder
//	@Tags			orders
//	@Param			id		path		string			true	"The document's id"	Format(uuid)
//	@Success		202	"The e-mail. It is queued and will be sent soon"
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
//	@Summary		List the e-mails about a document
//	@Description	Lists the e-mails with their recipients, status, attempts and last error, in pages, newest first. The status is the one that the mail provider reports.
//	@ID				listOrderEmails
//	@Tags			orders
//	@Param			id	path		string	true	"The document's id"	Format(uuid)
//	@Success		200	"A page of the e-mails about the document, newest first"
//	@Router			/v1/orders/{id}/emails [get]
func (s *service) listOrderEmails(c web.Request) error {
	var q emailQuery
	filter, err := readListOf(c, fault.OrderNotFound, &q)
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

func emailBodyOf(e *email.Email) emailBody {
	b := emailBody{
		ID: e.ID, Kind: string(e.Kind), Recipients: []recipientBody{}, To: append([]string{}, e.Recipients...), Cc: append([]string{}, e.Cc...), Subject: nullIfEmpty(e.Subject), Status: string(e.ShownStatus()),
		Attempts: e.Attempts, ErrorCode: nullIfEmpty(e.ErrorCode), LastError: nullIfEmpty(e.ShownError()), CreatedAt: e.CreatedAt.UTC(), SentAt: utcOrNil(e.SentAt), UpdatedAt: e.UpdatedAt.UTC(),
	}
	for _, r := range e.Each() {
		b.Recipients = append(b.Recipients, recipientBody{r.Address, string(r.Status), nullIfEmpty(r.Reason), utcOrNil(r.At)})
	}
	if e.State == email.Queued || e.State == email.Unknown {
		b.NextAt = utcOrNil(&e.NextAttemptAt)
	}
	return b
}

func receiveSendGridEventsSpec() web.Spec {
	return web.Spec{Body: []sendGridEvent{}, Answers: []web.Answer{{Status: http.StatusNoContent}}, Refuses: refusesWith(fault.SignatureInvalid, fault.BodyTooLarge, fault.JSONMalformed,
		fault.CapacityReached, fault.DatabaseUnavailable, fault.RequestTimeout, fault.OutcomeUnknown, fault.OrderLocked)}
}

// receiveSendGridEvents godoc
//
//	@Summary		Receive SendGrid's events
//	@Description	Receives events from SendGrid's webhook. They set email_status to delivered, bounced or failed. The signature (ECDSA) must be valid and at most five minutes old. Duplicate events, late events and events about other e-mails change nothing.
//	@ID				receiveSendGridEvents
//	@Tags			hooks
//	@Success		204	"The events were processed"
//	@Router			/v1/hooks/sendgrid [post]
func (s *service) receiveSendGridEvents(c web.Request) error {
	events, err := s.signedEvents(c)
	if err != nil {
		return err
	}
	if err := s.applyEvents(c.Request().Context(), events); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// applyEvents applies each event. One that fails does not stop those behind it. If SendGrid should send the batch again, the first
// such reason is returned: events that were applied change nothing then. An event that can never be applied is logged.
func (s *service) applyEvents(ctx context.Context, events []webhook.Event) (again error) {
	for _, e := range events {
		err := s.Desk.ReceiveEmailEvent(ctx, e.EmailID, e.EmailEvent())
		if err == nil {
			continue
		}
		switch f := fault.Of(err); {
		case f.Kind() == fault.Unavailable:
			return err // the others would wait for the same database
		case f.Code.Entry().Retryable && f.Kind() != fault.Internal:
			again = cmp.Or(again, err)
		default:
			s.Logger.ErrorContext(ctx, "an event of SendGrid was not applied", "email_id", e.EmailID, "event", e.Kind, "error", err)
		}
	}
	return again
}

// signedEvents reads the events, if SendGrid signed them.
func (s *service) signedEvents(c web.Request) ([]webhook.Event, error) {
	raw, err := web.ReadBody(c)
	if err != nil {
		return nil, err
	}
	if s.SendGridKey == nil {
		return nil, fault.New(fault.SignatureInvalid, "No verification key is configured, so no signature can be valid.")
	}
	if err := webhook.VerifySendGrid(s.SendGridKey, c.Request().Header, raw, s.Now(), webhook.Tolerance); err != nil {
		return nil, err
	}
	return webhook.ParseSendGrid(raw)
}

// sendGridEvent is one event. Other members are ignored.
type sendGridEvent struct {
	// The type of event: processed, delivered, bounce, dropped, deferred …
	Event string `json:"event" required:"true" maxLength:"50"`
	// The recipient.
	Email string `json:"email" maxLength:"254"`
	// The time of the event, in seconds of the Unix epoch.
	Timestamp int64 `json:"timestamp" required:"true"`
	// SendGrid's id of the event; it is not stable.
	ID string `json:"sg_event_id" maxLength:"200"`
	// SendGrid's id of the message.
	MessageID string `json:"sg_message_id" maxLength:"200"`
	// Our id of the e-mail.
	EmailID string `json:"email_id" maxLength:"100"`
	// The same, as older versions call it.
	OldEmailID string `json:"letter_id" maxLength:"100"`
	// The reason of a refusal.
	Reason string `json:"reason" maxLength:"4000"`
	// The code of the refusal; not read.
	Status string `json:"status" maxLength:"50"`
	// Bounced or blocked; not read.
	Type string `json:"type" maxLength:"50"`
	// The answer of the recipient's server; not read.
	Response string `json:"response" maxLength:"4000"`
	// The id of the message as the mail has it; not read.
	SMTPID string `json:"smtp-id" maxLength:"300"`
}
