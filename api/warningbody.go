package api

import "github.com/orderdesk/orderdesk/pkg/desk"

// warningBody is something that the caller should know, although the request succeeded.
type warningBody struct {
	// The id of the order or prebook.
	OrderID string `json:"order_id" format:"uuid"`
	// The code. Its meaning never changes.
	Code string `json:"code" enums:"order_unpaid,customer_has_no_email,autoconfirm_refused,text_not_printable"`
	// The explanation for people.
	Message string `json:"message" maxLength:"2000"`
} // @name Warning

func warningBodiesOf(warnings []desk.Warning) []warningBody {
	bodies := make([]warningBody, len(warnings))
	for i, w := range warnings {
		bodies[i] = warningBody{w.OrderID, string(w.Code), w.Message}
	}
	return bodies
}
