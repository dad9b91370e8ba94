// Package swag is what TestSwagReadsTheSameTags lets swag read.
package swag

// @title Sample
// @version 1
// @BasePath /

// Opt is as in package api.
type Opt[T any] struct {
	Set   bool `json:"-"`
	Null  bool `json:"-"`
	Value T    `json:"value"`
}

type body struct {
	Text   string      `json:"text" validate:"required" minLength:"1" maxLength:"200"`
	Origin string      `json:"origin" enums:"W,P"`
	Qty    int         `json:"qty" minimum:"1" maximum:"500"`
	Lines  []line      `json:"lines" validate:"required,min=1,max=500"`
	Tags   []string    `json:"tags" validate:"max=9" maxLength:"3" enums:"a,b"`
	Day    string      `json:"day" format:"date"`
	Code   string      `json:"code" extensions:"x-nullable,x-pattern=^[A-Z]{2}$"`
	Note   *string     `json:"note" maxLength:"10" extensions:"x-nullable"`
	PO     Opt[string] `json:"po" swaggertype:"string" maxLength:"4" extensions:"x-nullable"`
	Lost   Opt[string] `json:"lost" maxLength:"4"`
	Minor  []string    `json:"minor" minItems:"2"`
	Match  string      `json:"match" pattern:"x"`
	Limit  int         `json:"limit" default:"50"`
}

type line struct {
	SKU string `json:"sku"`
}

type params struct {
	ShipDateFrom string   `query:"ship_date_from" format:"date"`
	CustomerID   string   `query:"customer_id" format:"uuid"`
	Origin       []string `query:"origin" enums:"W,P" validate:"max=4"`
	Limit        int      `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

// @Summary sample
// @Param body body body true "body"
// @Param q query params false "parameters"
// @Success 200 {object} body
// @Router /t [post]
func handler() {}
