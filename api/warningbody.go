package api

import "github.com/orderdesk/orderdesk/pkg/desk"

// warningBody is what the caller should know though the request was carried out.
type warningBody struct {
	// The document.
	OrderID string `json:"order_id" format:"uuid"`
	// A stable code.
	Code string `json:"code" enums:"order_unpaid,customer_has_no_email,autoconfirm_refused,text_not_printable"`
	// For a person.
	Message string `json:"message" maxLength:"2000"`
} // @name Warning

func warningBodiesOf(warnings []desk.Warning) []warningBody {
	bodies := make([]warningBody, len(warnings))
	for i, w := range warnings {
		bodies[i] = warningBody{w.OrderID, string(w.Code), w.Message}
	}
	return bodies
}
