package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
)

// settle saves the company's settings and letterhead.
func settle(ctx context.Context, d *desk.Service) error {
	picture, err := logo()
	if err != nil {
		return err
	}
	c := call(admin, "editSettings")
	c.IfMatch = &desk.Match{Any: true}
	_, err = d.EditSettings(ctx, c, desk.Fixed[desk.Settings](company.SettingsRevision{
		TimeZone: new(zone), TaxID: new("EIN 13-4829017"), InvoiceNumberPrefix: new("HV-"), CreditNoteNumberPrefix: new("HVC-"),
		LetterheadName: new(Name), LetterheadAddress: new("118 West 28th Street\nNew York, NY 10001\n+1 212 555 0118"),
		LetterheadSender: new("Hudson & Vine Order Desk"), Logo: new(company.Logo{MediaType: "image/png", Data: picture}.URI()),
	}), ignore)
	return err
}

// logo draws a flower of eight petals, so that the repository needs no picture.
func logo() ([]byte, error) {
	const size = 192
	leaf, petal, heart := color.RGBA{0x2f, 0x6b, 0x4f, 0xff}, color.RGBA{0xd9, 0x4f, 0x70, 0xff}, color.RGBA{0xf2, 0xb1, 0x34, 0xff}
	picture := image.NewPaletted(image.Rect(0, 0, size, size), color.Palette{color.White, leaf, petal, heart})
	for y := range size {
		for x := range size {
			dx, dy := float64(x)-size/2, float64(y)-size/2
			r, angle := math.Hypot(dx, dy)/(size/2), math.Atan2(dy, dx)
			edge := 0.45 + 0.4*math.Abs(math.Cos(4*angle))
			switch {
			case r < 0.2:
				picture.SetColorIndex(x, y, 3)
			case r < edge:
				picture.SetColorIndex(x, y, 2)
			case r < 0.97 && r > 0.9:
				picture.SetColorIndex(x, y, 1)
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		return nil, fmt.Errorf("draw the logo: %w", err)
	}
	return out.Bytes(), nil
}
