package api

import (
	"cmp"
	"context"
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

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
