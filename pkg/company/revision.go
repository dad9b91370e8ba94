package company

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

var prefix = regexp.MustCompile(PrefixPattern)

// SettingsRevision is an edit of the settings. A nil field does not change. A field that points to its zero value is
// cleared.
type SettingsRevision struct {
	AutoconfirmOrdersUponCheckout *bool
	EmailInvoiceOnConfirmation    *bool
	EmailSalespersonOnOrder       *bool
	EmailCustomerOnOrder          *bool
	EmailSalespersonOnBounce      *bool
	EmailRecipients               *RecipientPolicy
	OrderURL                      *string
	UnpaidCardOrders              *UnpaidPolicy
	ConfirmationCutoff            *Cutoff // replaced whole
	TimeZone                      *string
	DraftExpiryHours              *int // 0: drafts never expire
	InvoiceNumberPrefix           *string
	CreditNoteNumberPrefix        *string
	TaxID                         *string
	LetterheadName                *string
	LetterheadAddress             *string
	LetterheadSender              *string
	Logo                          *string // a data URI; see parseLogo
}

// Apply edits the company's settings and its logo. It returns all faults, with JSON pointers into the settings of the API.
// If there is one, nothing changes.
func (c *Company) Apply(r SettingsRevision, logo *Logo) []fault.Field {
	var faults []fault.Field
	refuse := func(pointer string, code fault.Code, detail string) {
		faults = append(faults, fault.Field{Pointer: pointer, Code: code, Detail: detail})
	}
	next, picture := *c, *logo
	set(&next.AutoconfirmOrdersUponCheckout, r.AutoconfirmOrdersUponCheckout)
	set(&next.EmailInvoiceOnConfirmation, r.EmailInvoiceOnConfirmation)
	set(&next.EmailSalespersonOnOrder, r.EmailSalespersonOnOrder)
	set(&next.EmailCustomerOnOrder, r.EmailCustomerOnOrder)
	set(&next.EmailSalespersonOnBounce, r.EmailSalespersonOnBounce)
	set(&next.EmailRecipients, r.EmailRecipients)
	set(&next.OrderURL, r.OrderURL)
	if why := OrderURLFault(next.OrderURL); r.OrderURL != nil && why != "" {
		refuse("/order_url", fault.FieldInvalid, why)
	}
	set(&next.UnpaidCardOrders, r.UnpaidCardOrders)
	set(&next.TimeZone, r.TimeZone)
	if r.TimeZone != nil && !KnownZone(*r.TimeZone) {
		refuse("/time_zone", fault.FieldInvalid, `Must be an IANA time zone such as "America/New_York".`)
	}
	if r.DraftExpiryHours != nil {
		next.DraftExpiryHours = r.DraftExpiryHours
		if *r.DraftExpiryHours == 0 {
			next.DraftExpiryHours = nil
		}
	}
	set(&next.InvoiceNumberPrefix, r.InvoiceNumberPrefix)
	set(&next.CreditNoteNumberPrefix, r.CreditNoteNumberPrefix)
	for _, p := range []struct {
		pointer string
		value   *string
	}{{"/invoice_number_prefix", r.InvoiceNumberPrefix}, {"/credit_note_number_prefix", r.CreditNoteNumberPrefix}} {
		if p.value != nil && (!prefix.MatchString(*p.value) || len(*p.value) > MaxPrefix) {
			refuse(p.pointer, fault.FieldInvalid, fmt.Sprintf("Must match %s and have at most %d characters.", PrefixPattern, MaxPrefix))
		}
	}
	if changed := r.InvoiceNumberPrefix != nil || r.CreditNoteNumberPrefix != nil; changed && !next.prefixesDiffer() {
		pointer := "/credit_note_number_prefix"
		if r.CreditNoteNumberPrefix == nil {
			pointer = "/invoice_number_prefix"
		}
		refuse(pointer, fault.FieldConflict,
			"Invoices and credit notes need different prefixes: each counts from 1, so an invoice and a credit note would have the same number.")
	}
	set(&next.TaxID, r.TaxID)
	if r.ConfirmationCutoff != nil && len(*r.ConfirmationCutoff)+len(c.ConfirmationCutoff) > 0 { // an empty list in the place of an empty list is not a change
		next.ConfirmationCutoff = *r.ConfirmationCutoff
		faults = append(faults, r.ConfirmationCutoff.faults()...)
	}
	if name := r.LetterheadName; name != nil && *name != c.Letterhead() { // the company's own, which stands there by itself, may come back
		next.LetterheadName = *name
	}
	set(&next.LetterheadAddress, r.LetterheadAddress)
	set(&next.LetterheadSender, r.LetterheadSender)
	if r.Logo != nil {
		switch parsed, why := parseLogo(*r.Logo); {
		case why != "":
			refuse("/letterhead/logo", fault.FieldInvalid, why)
		case parsed.Hash == "":
			next.LogoHash, picture = "", Logo{}
		case parsed.Hash != c.LogoHash:
			next.LogoHash, picture = parsed.Hash, parsed
			picture.CompanyID = c.ID
		}
	}
	if len(faults) == 0 {
		*c, *logo = next, picture
	}
	return faults
}

// CustomerRevision is an edit of a customer. A nil field does not change. A field that points to its zero value is cleared.
type CustomerRevision struct {
	Code                     *string
	Name                     *string
	Emails                   *[]string // replaced whole
	TermsLabel               *string
	TermsDays                *int
	TaxID                    *string
	Phone                    *string
	SalespersonName          *string
	SalespersonEmail         *string
	RequireCreditCardPayment *bool
	Autoconfirm              *Autoconfirm
	Address                  *Address
	ShipTos                  *[]Address // replaced whole
}

// Apply edits the customer. It returns all faults, with JSON pointers into the customer of the API. If there is one, nothing
// changes.
func (c *Customer) Apply(r CustomerRevision) []fault.Field {
	next, faults := c.Revised(r)
	if len(faults) == 0 {
		*c = next
	}
	return faults
}

// Revised returns the customer after the edit, and the faults of the edit.
func (c Customer) Revised(r CustomerRevision) (Customer, []fault.Field) {
	next := c
	set(&next.Code, r.Code)
	set(&next.Name, r.Name)
	setList(&next.Emails, r.Emails)
	set(&next.TermsLabel, r.TermsLabel)
	set(&next.TermsDays, r.TermsDays)
	set(&next.TaxID, r.TaxID)
	set(&next.Phone, r.Phone)
	set(&next.SalespersonName, r.SalespersonName)
	set(&next.SalespersonEmail, r.SalespersonEmail)
	set(&next.RequireCreditCardPayment, r.RequireCreditCardPayment)
	set(&next.Autoconfirm, r.Autoconfirm)
	set(&next.Address, r.Address)
	setList(&next.ShipTos, r.ShipTos)
	next.SetKeys()
	return next, next.faults(next.Code != c.Code) // an old code may stay, so that the customer can still be edited
}

// StaffFaults returns a fault for each member that only staff change and that differs from before: the code, the terms, the
// salesperson and how orders are paid and confirmed. The others are contact members, which a storefront keeps too.
func (c Customer) StaffFaults(before Customer) []fault.Field {
	var faults []fault.Field
	for _, m := range []struct {
		pointer string
		changed bool
	}{
		{"/code", c.Code != before.Code},
		{"/terms/label", c.TermsLabel != before.TermsLabel},
		{"/terms/days", c.TermsDays != before.TermsDays},
		{"/salesperson/name", c.SalespersonName != before.SalespersonName},
		{"/salesperson/email", c.SalespersonEmail != before.SalespersonEmail},
		{"/require_credit_card_payment", c.RequireCreditCardPayment != before.RequireCreditCardPayment},
		{"/autoconfirm", c.Autoconfirm != before.Autoconfirm},
	} {
		if m.changed {
			faults = append(faults, fault.Field{Pointer: m.pointer, Code: fault.FieldNotAllowed, Detail: "Only the seller's staff change this. Leave it out, or send it back as you read it."})
		}
	}
	return faults
}

// Faults returns all faults of a new customer, with JSON pointers into the customer of the API.
func (c Customer) Faults() []fault.Field { return c.faults(true) }

func (c Customer) faults(newCode bool) []fault.Field {
	var faults []fault.Field
	refuse := func(pointer string, code fault.Code, format string, args ...any) {
		faults = append(faults, fault.Field{Pointer: pointer, Code: code, Detail: fmt.Sprintf(format, args...)})
	}
	if canon.Blank(c.Code) {
		refuse("/code", fault.FieldRequired, "Must not be empty or blank.")
	} else if why := lookAlike(c.Code); newCode && why != "" {
		refuse("/code", fault.FieldInvalid, "%s", why)
	}
	if canon.Blank(c.Name) {
		refuse("/name", fault.FieldRequired, "Must not be empty or blank.")
	}
	if !slices.Contains([]Autoconfirm{Inherit, On, Off}, c.Autoconfirm) {
		refuse("/autoconfirm", fault.FieldInvalid, "Must be one of %s, %s, %s.", Inherit, On, Off)
	}
	if c.TermsDays < MinTermsDays || c.TermsDays > MaxTermsDays {
		refuse("/terms/days", fault.FieldOutOfRange, "Must be a whole number from %d to %d.", MinTermsDays, MaxTermsDays)
	}
	if len(c.Emails) > MaxEmails {
		refuse("/emails", fault.FieldTooLong, "A customer has at most %d e-mail addresses.", MaxEmails)
	}
	if len(c.ShipTos) > MaxShipTos {
		refuse("/ship_tos", fault.FieldTooLong, "A customer has at most %d places to ship to.", MaxShipTos)
	}
	return faults
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// setList replaces a list. An empty list does not replace nil.
func setList[T any](field *[]T, value *[]T) {
	if value != nil && len(*value)+len(*field) > 0 {
		*field = *value
	}
}

// lookAlike returns why a code could pass for the code of another customer: it has invisible characters, or letters of
// scripts that look alike (Unicode Technical Standard 39). It is empty for a good code.
func lookAlike(code string) string {
	if r, found := canon.FirstInvisible(code); found {
		return fmt.Sprintf("Must not have invisible characters; it has U+%04X.", r)
	}
	if scripts := canon.MixedScripts(code); scripts != nil {
		return fmt.Sprintf("Must not mix letters of %s, because they look alike.", strings.Join(scripts, " and "))
	}
	return ""
}
