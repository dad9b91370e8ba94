package api

import (
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// newLineBody is a line to add. It has boxes and units_per_box, or units, but not both.
type newLineBody struct {
	// Where to insert the line, counted from 1; the lines behind it move down. Without it, the end.
	Position *int `json:"position" minimum:"1" maximum:"500"`
	lineMembers
} // @name NewLine

// lineEditBody is a merge patch (RFC 7396) of a line. An absent member does not change; null clears it.
type lineEditBody struct {
	lineMembers
	lineID
	computedLine
} // @name LineEdit

// lineID is the id, which the path has, so that a patch may only send it back unchanged.
type lineID struct {
	// The id, a UUIDv7.
	ID strictjson.Raw `json:"id" type:"string" why:"names the line, as the path does"`
}

func addLineSpec() web.Spec {
	return web.Spec{Body: newLineBody{}, Answers: answersCreated(orderBody{}), Version: web.Tagged, Refuses: desk.EditRefusals}
}

// addLine godoc
//
//	@Summary		Add a line
//	@Description	Adds a line to an order or prebook, by the rules of an edit, and leaves the other lines as they are. Location is the address of the new line. A new line of a prebook needs a source.
//	@ID				addLine
//	@Tags			orders
//	@Param			id		path		string		true	"The document's id"	Format(uuid)
//	@Success		201	"The document with the new line"
//	@Router			/v1/orders/{id}/lines [post]
func (s *service) addLine(c web.Request) error {
	var body newLineBody
	id, call, err := decodeWrite(c, fault.OrderNotFound, &body)
	if err != nil {
		return err
	}
	reply, err := s.Desk.AddLine(c.Request().Context(), call, id, body.revision(), valueOrZero(body.Position),
		encoder(http.StatusCreated, addedLineHeaders, func(added desk.AddedLine) orderBody { return s.orderBodyOf(added.Order) }))
	return sendReply(c, reply, err)
}

func addedLineHeaders(added desk.AddedLine) map[string]string {
	headers := orderHeaders(added.Order)
	headers["Location"] = "/v1/orders/" + added.Order.ID + "/lines/" + added.LineID
	return headers
}

func updateLineSpec() web.Spec {
	return web.Spec{Body: lineEditBody{}, Answers: answersOK(orderBody{}), Version: web.Tagged, Refuses: desk.LineRefusals}
}

// updateLine godoc
//
//	@Summary		Edit a line
//	@Description	Merges the patch (RFC 7396) into one line, by the rules of an edit, and leaves the other lines as they are. A line may be sent back as it was read.
//	@ID				updateLine
//	@Tags			orders
//	@Param			id		path		string		true	"The document's id"	Format(uuid)
//	@Param			line_id	path		string		true	"The line's id"	Format(uuid)
//	@Success		200	"The document after the edit"
//	@Router			/v1/orders/{id}/lines/{line_id} [patch]
func (s *service) updateLine(c web.Request) error {
	var patch lineEditBody
	id, call, err := decodeWrite(c, fault.OrderNotFound, &patch)
	if err != nil {
		return err
	}
	line := web.PathUUID(c, "line_id")
	reply, err := s.Desk.EditLine(c.Request().Context(), call, id, line, func(v desk.View) (order.LineRevision, []fault.Field) {
		return patch.revision(), patch.changedMembers(lineBodyOf(v.Line(line), v.Digits()))
	}, encoder(http.StatusOK, orderHeaders, s.orderBodyOf))
	return sendReply(c, reply, err)
}

// changedMembers is a fault for each member that an edit of a line cannot change and that the patch changes.
func (p lineEditBody) changedMembers(now lineBody) []fault.Field {
	return append(strictjson.ChangedMembers("", p.lineID, now), strictjson.ChangedMembers("", p.computedLine, now)...)
}

func removeLineSpec() web.Spec {
	return web.Spec{BodyOptional: true, Answers: answersOK(orderBody{}), Version: web.Tagged, Refuses: desk.LineRefusals}
}

// removeLine godoc
//
//	@Summary		Remove a line
//	@Description	Removes one line, by the rules of an edit. A document keeps at least one line: void it instead.
//	@ID				removeLine
//	@Tags			orders
//	@Param			id		path		string		true	"The document's id"	Format(uuid)
//	@Param			line_id	path		string		true	"The line's id"	Format(uuid)
//	@Success		200	"The document without the line"
//	@Router			/v1/orders/{id}/lines/{line_id} [delete]
func (s *service) removeLine(c web.Request) error {
	id, call, err := decodeWrite(c, fault.OrderNotFound, &struct{}{})
	if err != nil {
		return err
	}
	reply, err := s.Desk.RemoveLine(c.Request().Context(), call, id, web.PathUUID(c, "line_id"), encoder(http.StatusOK, orderHeaders, s.orderBodyOf))
	return sendReply(c, reply, err)
}
