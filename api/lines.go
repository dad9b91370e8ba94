package api

import (
	"net/http"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// goodsBody is the goods of a line, in an order and in an issued document.
type goodsBody struct {
	// The id of the line, a UUIDv7.
	ID string `json:"id" format:"uuid"`
	// The position of the line, from 1 without gaps.
	Position int `json:"position"`
	// The code of the goods.
	SKU *string `json:"sku" maxLength:"100"`
	// The description of the goods.
	Description *string `json:"description" maxLength:"300"`
	// Where the goods come from. on_hand makes an order; every other source makes a prebook.
	Source string `json:"source" enums:"on_hand,future_sales,k2k,vendor_availability"`
	// The box type: FB full, HB half, QB quarter, EB eighth.
	BoxType *string `json:"box_type" enums:"FB,HB,QB,EB"`
	// The number of boxes; null if sold loose.
	Boxes *int64 `json:"boxes"`
	// The number of units in a box; null if sold loose.
	UnitsPerBox *int64 `json:"units_per_box"`
	// The unit.
	UnitType *string `json:"unit_type" enums:"stem,bunch,each"`
	// The number of units: boxes times units_per_box, or the loose units.
	Quantity int64 `json:"quantity"`
	// The price of one unit, with at most 4 decimals. 0 is free.
	UnitPrice string `json:"unit_price" format:"decimal"`
	// The amount of the line, with the currency's decimals.
	Amount string `json:"amount" format:"decimal"`
}

// lineBody is a line of a document.
type lineBody struct {
	goodsBody
	// The full-box equivalents of the line.
	FBE string `json:"fbe" format:"decimal"`
	// The status.
	Status *string `json:"status" enums:"open,checked_out,billed"`
	// When it was checked out.
	CheckedOutAt *time.Time `json:"checked_out_at" format:"date-time"`
	// Who checked it out.
	CheckedOutBy *personBody `json:"checked_out_by"`
	// The id of the order that the line was billed into.
	BilledOrderID *string `json:"billed_order_id" format:"uuid"`
	// The mark printed on the boxes.
	MarkCode *string `json:"mark_code" maxLength:"50"`
	// Notes, printed below the line.
	Notes *string `json:"notes" maxLength:"500"`
} // @name Line

func lineBodyOf(l *order.Line, digits int) lineBody {
	return lineBody{
		goodsBody: goodsBody{
			ID: l.ID, Position: l.Position, SKU: textOrNil(&l.SKU), Description: textOrNil(&l.Description), Source: string(l.Source),
			BoxType: textOrNil((*string)(&l.BoxType)), Boxes: nullIfZero(l.Boxes), UnitsPerBox: nullIfZero(l.UnitsPerBox), UnitType: textOrNil((*string)(&l.UnitType)),
			Quantity: l.Quantity, UnitPrice: l.UnitPrice.String(), Amount: l.Amount.Format(digits),
		},
		FBE: l.FBE.String(), Status: textOrNil((*string)(&l.Status)), CheckedOutAt: utcOrNil(l.CheckedOutAt), CheckedOutBy: personOrNil(l.CheckedOutBy), BilledOrderID: l.BilledOrderID,
		MarkCode: textOrNil(&l.MarkCode), Notes: textOrNil(&l.Notes),
	}
}

// linePatch is a line to keep or change, with its id, or a new line, without an id.
type linePatch struct {
	// The id, a UUIDv7.
	ID *string `json:"id" format:"uuid"`
	lineMembers
	computedLine
} // @name LinePatch

// lineMembers is the members of a line that a caller sets.
type lineMembers struct {
	// Where the goods come from. on_hand makes an order; every other source makes a prebook.
	Source strictjson.Opt[string] `json:"source" enums:"on_hand,future_sales,k2k,vendor_availability"`
	// The code of the goods.
	SKU strictjson.Opt[string] `json:"sku" format:"line" maxLength:"100" nullable:"true"`
	// The description of the goods.
	Description strictjson.Opt[string] `json:"description" maxLength:"300" nullable:"true"`
	// The box type: FB full, HB half, QB quarter, EB eighth.
	BoxType strictjson.Opt[string] `json:"box_type" enums:"FB,HB,QB,EB" nullable:"true"`
	// The number of boxes; null if sold loose.
	Boxes strictjson.Opt[int64] `json:"boxes" minimum:"1" maximum:"1000000" nullable:"true"`
	// The number of units in a box; null if sold loose.
	UnitsPerBox strictjson.Opt[int64] `json:"units_per_box" minimum:"1" maximum:"1000000" nullable:"true"`
	// The number of units if sold loose. It replaces boxes.
	Units strictjson.Opt[int64] `json:"units" minimum:"1" maximum:"1000000000" nullable:"true"`
	// The unit.
	UnitType strictjson.Opt[string] `json:"unit_type" enums:"stem,bunch,each" nullable:"true"`
	// The price of one unit, with at most 4 decimals. 0 is free.
	UnitPrice strictjson.Opt[string] `json:"unit_price" format:"price"`
	// The mark printed on the boxes.
	MarkCode strictjson.Opt[string] `json:"mark_code" format:"line" maxLength:"50" nullable:"true"`
	// Notes, printed below the line.
	Notes strictjson.Opt[string] `json:"notes" maxLength:"500" nullable:"true"`
}

// computedLine is members that a patch may send back unchanged. The tag why says why an edit cannot change a member that the
// service does not compute.
type computedLine struct {
	// The position of the line, from 1 without gaps.
	Position strictjson.Raw `json:"position" type:"integer"`
	// The number of units: boxes times units_per_box, or the loose units.
	Quantity strictjson.Raw `json:"quantity" type:"integer"`
	// The amount of the line, with the currency's decimals.
	Amount strictjson.Raw `json:"amount" type:"string"`
	// The full-box equivalents of the line.
	FBE strictjson.Raw `json:"fbe" type:"string"`
	// The status.
	Status strictjson.Raw `json:"status" type:"string" nullable:"true" why:"changes only by checkout and bill"`
	// When it was checked out.
	CheckedOutAt strictjson.Raw `json:"checked_out_at" type:"string" nullable:"true" why:"changes only by checkout and bill"`
	// Who checked it out.
	CheckedOutBy strictjson.Raw `json:"checked_out_by" type:"object" nullable:"true" why:"changes only by checkout and bill"`
	// The id of the order that the line was billed into.
	BilledOrderID strictjson.Raw `json:"billed_order_id" type:"string" nullable:"true" why:"changes only by checkout and bill"`
}

func (p lineMembers) revision() order.LineRevision {
	return order.LineRevision{
		Source: typedPatchValue[order.Source](p.Source), SKU: patchValue(p.SKU), Description: patchValue(p.Description), BoxType: typedPatchValue[order.BoxType](p.BoxType),
		Boxes: patchValue(p.Boxes), UnitsPerBox: patchValue(p.UnitsPerBox), Units: patchValue(p.Units), UnitType: typedPatchValue[order.UnitType](p.UnitType),
		UnitPrice: patchValue(p.UnitPrice), MarkCode: patchValue(p.MarkCode), Notes: patchValue(p.Notes),
	}
}

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
