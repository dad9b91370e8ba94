package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

// sendGridHook godoc
//
//	@Summary		Take in SendGrid's events
//	@Description	SendGrid's event webhook: delivered, bounced and dropped letters show in email_status. The signature (ECDSA) must be right and at most five minutes old. Events that come twice, late, or about letters that are not ours change nothing.
//	@ID				receiveSendGridEvents
//	@Tags			hooks
//	@Accept			json
//	@Success		204
//	@Router			/v1/hooks/sendgrid [post]
func (s *service) sendGridHook(c web.Request) error {
	raw, err := web.ReadBody(c)
	if err != nil {
		return err
	}
	if s.SendGridKey == nil {
		return fault.New(fault.SignatureInvalid, "No verification key is configured, so no signature can be right.")
	}
	if err := webhook.VerifySendGrid(s.SendGridKey, c.Request().Header, raw, s.Now(), webhook.Tolerance); err != nil {
		return err
	}
	events, err := webhook.ParseSendGrid(raw)
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := s.Desk.ReceiveEmailEvent(c.Request().Context(), e.EmailID, e.EmailEvent()); err != nil {
			return err
		}
	}
	return c.NoContent(http.StatusNoContent)
}
