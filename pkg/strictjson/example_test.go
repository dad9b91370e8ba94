package strictjson_test

import (
	"fmt"
	"net/url"
	"reflect"

	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

type parcel struct {
	Code   string                 `json:"code" required:"true" minLength:"1" maxLength:"10"`
	Boxes  int                    `json:"boxes" minimum:"1" maximum:"500" default:"1"`
	Colour string                 `json:"colour" format:"colour"`
	Note   strictjson.Opt[string] `json:"note" maxLength:"200" nullable:"true"`
}

func newReader() *strictjson.Reader {
	const pattern = `^#[0-9a-f]{6}$`
	return strictjson.New(map[string]strictjson.Format{
		"colour": {Meaning: "a colour such as #ff8800", Pattern: pattern, Length: 7, Valid: strictjson.Matches(pattern)},
	})
}

func ExampleReader_Read() {
	var p parcel
	body, err := newReader().Read([]byte(`{"code": "A1", "note": null, "colour": "#ff8800"}`), &p)
	fmt.Println(err, body.Faults)
	fmt.Println(p.Code, p.Boxes, p.Note.Set, p.Note.Null)
	fmt.Println(string(body.Canonical))
	// Output:
	// <nil> []
	// A1 1 true true
	// {"code":"A1","colour":"#ff8800","note":null}
}

// Read returns every fault of the content together.
func ExampleReader_Read_faults() {
	var p parcel
	body, err := newReader().Read([]byte(`{"boxes": 0, "colour": "red", "notes": ""}`), &p)
	fmt.Println(err)
	for _, f := range body.Faults {
		fmt.Println(f.Pointer, f.Code, f.Detail)
	}
	// Output:
	// <nil>
	// /boxes field_out_of_range Must be at least 1; it is 0.
	// /colour field_invalid Must be a colour such as #ff8800; it is "red".
	// /notes field_unknown This member does not exist. Did you mean note?
	// /code field_required Required: a string.
}

func ExampleReader_ReadQuery() {
	var q struct {
		Kind  []string `query:"kind" enums:"order,prebook"`
		Limit int      `query:"limit" minimum:"1" maximum:"200" default:"50"`
	}
	err := newReader().ReadQuery(url.Values{"kind": {"order,prebook"}}, &q)
	fmt.Println(q.Kind, q.Limit, err)
	// Output:
	// [order prebook] 50 <nil>
}

// The API document describes a request by its shape.
func ExampleReader_BodyShape() {
	for _, f := range newReader().BodyShape(reflect.TypeFor[parcel]()).Fields {
		fmt.Print(f.Name, " is ", f.Owner.Name(), ".", f.Go.Name)
		if f.Required {
			fmt.Print(", required")
		}
		if f.Shape.Nullable {
			fmt.Print(", may be null")
		}
		if f.Default != nil {
			fmt.Print(", default ", *f.Default)
		}
		if characters, ok := f.Shape.Rule.Longest(); ok && f.Shape.Kind == strictjson.Text {
			fmt.Print(", at most ", characters, " characters")
		}
		fmt.Println()
	}
	// Output:
	// code is parcel.Code, required, at most 10 characters
	// boxes is parcel.Boxes, default 1
	// colour is parcel.Colour, at most 7 characters
	// note is parcel.Note, may be null, at most 200 characters
}
