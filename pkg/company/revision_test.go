package company_test

import (
	"encoding/base64"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/testkit/fieldtest"
	"github.com/stretchr/testify/require"
)

// picture returns a picture of one point in a file of this size, in base64. What follows the picture in its file counts
// for nothing.
func picture(file string, size int) string {
	return base64.StdEncoding.EncodeToString([]byte(file + strings.Repeat("x", size-len(file))))
}

var (
	pngFile  = encoded(png.Encode, 1, 1)
	jpegFile = encoded(func(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }, 1, 1)
)

// wide is one point wider than a logo may be.
var wide = encoded(png.Encode, company.MaxLogoSide+1, 1)

func encoded(encode func(io.Writer, image.Image) error, width, height int) string {
	var b strings.Builder
	if err := encode(&b, image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.White})); err != nil {
		panic(err)
	}
	return b.String()
}

// seller returns a new company.
func seller() company.Company {
	return company.Company{ID: "c", Name: "Rosefields", Settings: company.Defaults()}
}

// settingsEdit returns a valid edit of every field.
func settingsEdit(t *testing.T) company.SettingsRevision {
	t.Helper()
	var r company.SettingsRevision
	fieldtest.Fill(t, &r)
	r.AutoconfirmOrdersUponCheckout, r.EmailInvoiceOnConfirmation, r.EmailSalespersonOnOrder = new(true), new(false), new(false)
	r.EmailSalespersonOnBounce, r.EmailCustomerOnOrder, r.OrderURL = new(false), new(true), new("https://desk.example/orders/{id}")
	r.InvoiceNumberPrefix, r.CreditNoteNumberPrefix = new("A-"), new("B-")
	r.ConfirmationCutoff, r.TimeZone = &company.Cutoff{"monday": "14:30"}, new("Asia/Tokyo")
	r.Logo = new("data:image/png;base64," + picture(pngFile, 100))
	return r
}

// Every field of an edit changes the settings. A nil field changes nothing.
func TestSettingsRevisionChangesEachMember(t *testing.T) {
	for _, name := range fieldtest.Names(company.SettingsRevision{}) {
		r := settingsEdit(t)
		fieldtest.Only(&r, name)
		c, logo := seller(), company.Logo{}
		require.Empty(t, c.Apply(r, &logo), name)
		require.False(t, reflect.DeepEqual(seller(), c), "Apply forgets %s", name)
		require.Equal(t, c.LogoHash, logo.Hash, name)
	}
	c, logo := seller(), company.Logo{}
	require.Empty(t, c.Apply(company.SettingsRevision{}, &logo))
	require.Equal(t, seller(), c)
}

// A field that points to its zero value is cleared.
func TestSettingsRevisionClears(t *testing.T) {
	c, logo := seller(), company.Logo{}
	require.Empty(t, c.Apply(settingsEdit(t), &logo))
	require.NotEmpty(t, logo.Data)
	require.Equal(t, "c", logo.CompanyID)
	require.Empty(t, c.Apply(company.SettingsRevision{DraftExpiryHours: new(0), ConfirmationCutoff: &company.Cutoff{}, TaxID: new(""), LetterheadName: new(""), Logo: new("")}, &logo))
	require.Nil(t, c.DraftExpiryHours)
	require.Empty(t, c.ConfirmationCutoff)
	require.Equal(t, []string{"", "Rosefields", ""}, []string{c.TaxID, c.Letterhead(), c.LogoHash})
	require.Equal(t, company.Logo{}, logo)
}

// An edit that sends back the default letterhead and the current logo changes nothing.
func TestSettingsRevisionTakesBackWhatItShows(t *testing.T) {
	c, logo := seller(), company.Logo{}
	require.Empty(t, c.Apply(company.SettingsRevision{Logo: new("data:image/jpeg;base64," + picture(jpegFile, 1000))}, &logo))
	was := c
	require.Empty(t, c.Apply(company.SettingsRevision{LetterheadName: new("Rosefields"), Logo: new(logo.URI()), ConfirmationCutoff: &company.Cutoff{}}, &logo))
	require.Equal(t, was, c)
}

// An edit that breaks a rule gets a fault, and nothing changes.
func TestSettingsRevisionRefuses(t *testing.T) {
	for _, c := range []struct {
		r    company.SettingsRevision
		want fault.Field
	}{
		{company.SettingsRevision{TimeZone: new("Nowhere/Land")}, fault.Field{Pointer: "/time_zone", Code: fault.FieldInvalid}},
		{company.SettingsRevision{TimeZone: new("Local")}, fault.Field{Pointer: "/time_zone", Code: fault.FieldInvalid}},
		{company.SettingsRevision{TimeZone: new("")}, fault.Field{Pointer: "/time_zone", Code: fault.FieldInvalid}},
		{company.SettingsRevision{InvoiceNumberPrefix: new("CN-")}, fault.Field{Pointer: "/invoice_number_prefix", Code: fault.FieldConflict}},
		{company.SettingsRevision{CreditNoteNumberPrefix: new("INV-")}, fault.Field{Pointer: "/credit_note_number_prefix", Code: fault.FieldConflict}},
		{company.SettingsRevision{InvoiceNumberPrefix: new("A"), CreditNoteNumberPrefix: new("A")}, fault.Field{Pointer: "/credit_note_number_prefix", Code: fault.FieldConflict}},
		{company.SettingsRevision{InvoiceNumberPrefix: new("A B")}, fault.Field{Pointer: "/invoice_number_prefix", Code: fault.FieldInvalid}},
		{company.SettingsRevision{CreditNoteNumberPrefix: new(strings.Repeat("A", company.MaxPrefix+1))}, fault.Field{Pointer: "/credit_note_number_prefix", Code: fault.FieldInvalid}},
		{company.SettingsRevision{ConfirmationCutoff: &company.Cutoff{"monday": "24:00"}}, fault.Field{Pointer: "/confirmation_cutoff/monday", Code: fault.FieldInvalid}},
		{company.SettingsRevision{ConfirmationCutoff: &company.Cutoff{"Monday": "12:00"}}, fault.Field{Pointer: "/confirmation_cutoff", Code: fault.FieldInvalid}},
		{company.SettingsRevision{Logo: new("no picture")}, fault.Field{Pointer: "/letterhead/logo", Code: fault.FieldInvalid}},
		{company.SettingsRevision{Logo: new("data:image/gif;base64," + picture("GIF89a", 50))}, fault.Field{Pointer: "/letterhead/logo", Code: fault.FieldInvalid}},
		{company.SettingsRevision{Logo: new("data:image/png;base64," + picture(jpegFile, 1000))}, fault.Field{Pointer: "/letterhead/logo", Code: fault.FieldInvalid}},
		{company.SettingsRevision{Logo: new("data:image/png;base64," + picture(pngFile[:len(pngFile)-20], 100))}, fault.Field{Pointer: "/letterhead/logo", Code: fault.FieldInvalid}},
		{company.SettingsRevision{Logo: new("data:image/png;base64," + picture(wide, len(wide)))}, fault.Field{Pointer: "/letterhead/logo", Code: fault.FieldInvalid}},
		{company.SettingsRevision{Logo: new("data:image/png;base64,%")}, fault.Field{Pointer: "/letterhead/logo", Code: fault.FieldInvalid}},
		{company.SettingsRevision{Logo: new("data:image/png;base64," + picture(pngFile, company.MaxLogo+1))}, fault.Field{Pointer: "/letterhead/logo", Code: fault.FieldInvalid}},
	} {
		c.r.TaxID = new("59-1234567")
		co, logo := seller(), company.Logo{}
		faults := co.Apply(c.r, &logo)
		require.Len(t, faults, 1)
		require.NotEmpty(t, faults[0].Detail)
		faults[0].Detail = ""
		require.Equal(t, c.want, faults[0])
		require.Equal(t, seller(), co, "nothing is changed")
		require.Equal(t, company.Logo{}, logo)
	}
	co, logo := seller(), company.Logo{}
	require.Empty(t, co.Apply(company.SettingsRevision{Logo: new("data:image/png;base64," + picture(pngFile, company.MaxLogo))}, &logo), "as large as a logo may be")
	require.LessOrEqual(t, len(logo.URI()), company.MaxLogoURI)
}

// Every member of an edit changes the customer, keys and all.
func TestCustomerRevisionChangesEachMember(t *testing.T) {
	bloom := company.Customer{Code: "BLOOM", Name: "Bloom", Autoconfirm: company.Inherit}
	bloom.SetKeys()
	for _, name := range fieldtest.Names(company.CustomerRevision{}) {
		var r company.CustomerRevision
		fieldtest.Fill(t, &r)
		r.Autoconfirm = new(company.On)
		fieldtest.Only(&r, name)
		c := bloom
		require.Empty(t, c.Apply(r), name)
		require.False(t, reflect.DeepEqual(bloom, c), "Apply forgets %s", name)
		require.Equal(t, []string{canon.KeyOf(c.Code), canon.SearchKeyOf(c.Code), canon.SearchKeyOf(c.Name)}, []string{c.CodeKey, c.CodeSearch, c.NameKey})
	}
	c := bloom
	require.Empty(t, c.Apply(company.CustomerRevision{Emails: &[]string{}, ShipTos: &[]company.Address{}}))
	require.Equal(t, bloom, c, "an empty list for none is no change")
}

func TestCustomerRevisionRefuses(t *testing.T) {
	bloom := company.Customer{Code: "BLOOM", Name: "Bloom", Autoconfirm: company.Inherit}
	for pointer, r := range map[string]company.CustomerRevision{
		"/code":        {Code: new(" ")},
		"/name":        {Name: new("")},
		"/autoconfirm": {Autoconfirm: new(company.Autoconfirm("maybe"))},
		"/terms/days":  {TermsDays: new(company.MaxTermsDays + 1)},
		"/emails":      {Emails: new(make([]string, company.MaxEmails+1))},
		"/ship_tos":    {ShipTos: new(make([]company.Address, company.MaxShipTos+1))},
	} {
		r.TaxID = new("65-7654321")
		c := bloom
		faults := c.Apply(r)
		require.Len(t, faults, 1)
		require.Equal(t, pointer, faults[0].Pointer)
		require.Equal(t, bloom, c, "nothing is changed")
	}
	for _, code := range []string{"BLO\u200bOM", "BL\u041eOM"} { // the second has a Cyrillic О
		c := bloom
		faults := c.Apply(company.CustomerRevision{Code: &code})
		require.Len(t, faults, 1)
		require.Equal(t, "/code", faults[0].Pointer)
		require.Equal(t, fault.FieldInvalid, faults[0].Code)
		require.Len(t, company.Customer{Code: code, Name: "Bloom", Autoconfirm: company.Inherit}.Faults(), 1)

		old := bloom
		old.Code = code
		require.Empty(t, old.Apply(company.CustomerRevision{Name: new("Bloom 2"), Code: &code}), "the code of an earlier version stays")
	}
	all := company.Customer{TermsDays: -1}.Faults()
	require.Equal(t, []string{"/autoconfirm", "/code", "/name", "/terms/days"}, slices.Sorted(maps.Keys(pointersOf(all))))
}

func pointersOf(faults []fault.Field) map[string]bool {
	found := map[string]bool{}
	for _, f := range faults {
		found[f.Pointer] = true
	}
	return found
}
