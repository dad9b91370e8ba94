package api

import (
	"maps"
	"net/http"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// settingsBody is the settings of the company.
type settingsBody struct {
	// Whether orders are confirmed automatically at checkout.
	AutoconfirmOrdersUponCheckout bool `json:"autoconfirm_orders_upon_checkout"`
	// Whether confirm e-mails the invoice to the customer.
	EmailInvoiceOnConfirmation bool `json:"email_invoice_on_confirmation"`
	// Whether the customer's salesperson gets an e-mail when lines are first submitted.
	EmailSalespersonOnOrder bool `json:"email_salesperson_on_order"`
	// Whether the customer gets an e-mail with what was placed when lines are first submitted.
	EmailCustomerOnOrder bool `json:"email_customer_on_order"`
	// Whether the salesperson of the customer gets an e-mail when an e-mail bounces or fails.
	EmailSalespersonOnBounce bool `json:"email_salesperson_on_bounce"`
	// To whom a document may be e-mailed. known: the customer's addresses, its salesperson and the caller. any: anybody.
	EmailRecipients string `json:"email_recipients" enums:"known,any"`
	// The address for links to an order in e-mails, with {id}; null: the console if it is on, otherwise no links.
	OrderURL *string `json:"order_url" maxLength:"500"`
	// What confirm does with an order that shows the $.
	UnpaidCardOrders string `json:"unpaid_card_orders" enums:"warn,block"`
	// For each weekday of the ship date, the time of day from which confirm is late, in the company's time zone.
	ConfirmationCutoff map[string]string `json:"confirmation_cutoff" nullable:"true"`
	// The time zone, by its IANA name.
	TimeZone string `json:"time_zone" maxLength:"64"`
	// A draft web order that nobody checks out is voided after this many hours; null means never.
	DraftExpiryHours *int `json:"draft_expiry_hours"`
	// The prefix of invoice numbers.
	InvoiceNumberPrefix string `json:"invoice_number_prefix" maxLength:"20"`
	// The prefix of credit note numbers.
	CreditNoteNumberPrefix string `json:"credit_note_number_prefix" maxLength:"20"`
	// The tax number.
	TaxID *string `json:"tax_id" maxLength:"50"`
	// The company's currency (ISO 4217).
	Currency string `json:"currency" maxLength:"3"`
	// The letterhead of the company's documents.
	Letterhead letterheadBody `json:"letterhead"`
	// The version, as in the ETag. Every change increases it.
	Version int `json:"version"`
	// When it last changed.
	UpdatedAt time.Time `json:"updated_at" format:"date-time"`
} // @name Settings

// letterheadBody is the letterhead of the company's documents.
type letterheadBody struct {
	// The name.
	Name string `json:"name" maxLength:"200"`
	// The postal address.
	Address *string `json:"address" maxLength:"500"`
	// The name that e-mails come from.
	Sender *string `json:"sender" maxLength:"200"`
	// The logo: a data URI of a PNG or JPEG of at most 100 kB, of at most 2,000 by 2,000 pixels.
	Logo *string `json:"logo" maxLength:"140000"`
} // @name Letterhead

// settingsPatch is a merge patch (RFC 7396) of the settings. An absent member does not change; null clears it. confirmation_cutoff is merged by weekday.
type settingsPatch struct {
	// Whether orders are confirmed automatically at checkout.
	AutoconfirmOrdersUponCheckout strictjson.Opt[bool] `json:"autoconfirm_orders_upon_checkout"`
	// Whether confirm e-mails the invoice to the customer.
	EmailInvoiceOnConfirmation strictjson.Opt[bool] `json:"email_invoice_on_confirmation"`
	// Whether the customer's salesperson gets an e-mail when lines are first submitted.
	EmailSalespersonOnOrder strictjson.Opt[bool] `json:"email_salesperson_on_order"`
	// Whether the customer gets an e-mail with what was placed when lines are first submitted.
	EmailCustomerOnOrder strictjson.Opt[bool] `json:"email_customer_on_order"`
	// Whether the salesperson of the customer gets an e-mail when an e-mail bounces or fails.
	EmailSalespersonOnBounce strictjson.Opt[bool] `json:"email_salesperson_on_bounce"`
	// To whom a document may be e-mailed. known: the customer's addresses, its salesperson and the caller. any: anybody.
	EmailRecipients strictjson.Opt[string] `json:"email_recipients" enums:"known,any"`
	// The address for links to an order in e-mails, with {id}; null: the console if it is on, otherwise no links.
	OrderURL strictjson.Opt[string] `json:"order_url" format:"line" maxLength:"500" nullable:"true"`
	// What confirm does with an order that shows the $.
	UnpaidCardOrders strictjson.Opt[string] `json:"unpaid_card_orders" enums:"warn,block"`
	// For each weekday of the ship date, the time of day from which confirm is late, in the company's time zone.
	ConfirmationCutoff strictjson.Opt[cutoffPatch] `json:"confirmation_cutoff" nullable:"true"`
	// The time zone, by its IANA name.
	TimeZone strictjson.Opt[string] `json:"time_zone" format:"line" minLength:"1" maxLength:"64"`
	// A draft web order that nobody checks out is voided after this many hours; null means never.
	DraftExpiryHours strictjson.Opt[int] `json:"draft_expiry_hours" minimum:"1" maximum:"8760" nullable:"true"`
	// The prefix of invoice numbers.
	InvoiceNumberPrefix strictjson.Opt[string] `json:"invoice_number_prefix" format:"number-prefix" maxLength:"20"`
	// The prefix of credit note numbers.
	CreditNoteNumberPrefix strictjson.Opt[string] `json:"credit_note_number_prefix" format:"number-prefix" maxLength:"20"`
	// The tax number.
	TaxID strictjson.Opt[string] `json:"tax_id" format:"line" maxLength:"50" nullable:"true"`
	// The letterhead of the company's documents.
	Letterhead strictjson.Opt[letterheadPatch] `json:"letterhead"`
	computedSettings
} // @name SettingsPatch

// computedSettings is members that a patch may send back unchanged.
type computedSettings struct {
	// The company's currency (ISO 4217).
	Currency strictjson.Raw `json:"currency" type:"string" why:"is set once, when the company is added"`
	// The version, as in the ETag. Every change increases it.
	Version strictjson.Raw `json:"version" type:"integer"`
	// When it last changed.
	UpdatedAt strictjson.Raw `json:"updated_at" type:"string"`
}

// cutoffPatch is a merge patch of the cut-off: a time of day HH:MM in the company's time zone for each weekday. null removes it.
type cutoffPatch struct {
	// The cut-off, HH:MM; null for none.
	Monday strictjson.Opt[string] `json:"monday" nullable:"true" format:"time-of-day"`
	// The cut-off, HH:MM; null for none.
	Tuesday strictjson.Opt[string] `json:"tuesday" nullable:"true" format:"time-of-day"`
	// The cut-off, HH:MM; null for none.
	Wednesday strictjson.Opt[string] `json:"wednesday" nullable:"true" format:"time-of-day"`
	// The cut-off, HH:MM; null for none.
	Thursday strictjson.Opt[string] `json:"thursday" nullable:"true" format:"time-of-day"`
	// The cut-off, HH:MM; null for none.
	Friday strictjson.Opt[string] `json:"friday" nullable:"true" format:"time-of-day"`
	// The cut-off, HH:MM; null for none.
	Saturday strictjson.Opt[string] `json:"saturday" nullable:"true" format:"time-of-day"`
	// The cut-off, HH:MM; null for none.
	Sunday strictjson.Opt[string] `json:"sunday" nullable:"true" format:"time-of-day"`
} // @name CutoffPatch

// letterheadPatch is a merge patch of the letterhead.
type letterheadPatch struct {
	// The name.
	Name strictjson.Opt[string] `json:"name" format:"line" maxLength:"200" nullable:"true"`
	// The postal address.
	Address strictjson.Opt[string] `json:"address" maxLength:"500" nullable:"true"`
	// The name that e-mails come from.
	Sender strictjson.Opt[string] `json:"sender" format:"line" maxLength:"200" nullable:"true"`
	// The logo: a data URI of a PNG or JPEG of at most 100 kB, of at most 2,000 by 2,000 pixels.
	Logo strictjson.Opt[string] `json:"logo" format:"logo" nullable:"true"`
} // @name LetterheadPatch

func getSettingsSpec() web.Spec {
	return web.Spec{Answers: answersOK(settingsBody{}), Version: web.Conditional}
}

// getSettings godoc
//
//	@Summary		Get the settings
//	@Description	Answers the company's settings, with the letterhead of its documents.
//	@ID				getSettings
//	@Tags			settings
//	@Success		200	"The settings as they are now"
//	@Router			/v1/settings [get]
func (s *service) getSettings(c web.Request) error {
	set, err := s.Desk.Settings(c.Request().Context(), web.Actor(c))
	if err != nil {
		return err
	}
	if done, err := web.NotModified(c, web.ETag(set.Version)); done || err != nil {
		return err
	}
	return web.WriteJSON(c, http.StatusOK, settingsBodyOf(set))
}

func updateSettingsSpec() web.Spec {
	return web.Spec{Body: settingsPatch{}, Answers: answersOK(settingsBody{}), Version: web.Tagged, Refuses: desk.EditSettingsRefusals}
}

// updateSettings godoc
//
//	@Summary		Change the settings
//	@Description	Merges the patch (RFC 7396) into the settings. Issued documents keep their letterhead.
//	@ID				updateSettings
//	@Tags			settings
//	@Success		200	"The settings after the change"
//	@Router			/v1/settings [patch]
func (s *service) updateSettings(c web.Request) error {
	var patch settingsPatch
	if err := web.Decode(c, &patch); err != nil {
		return err
	}
	call, err := deskCall(c)
	if err != nil {
		return err
	}
	reply, err := s.Desk.EditSettings(c.Request().Context(), call, patch.revision, encoder(http.StatusOK,
		func(set desk.Settings) map[string]string { return map[string]string{"ETag": web.ETag(set.Version)} }, settingsBodyOf))
	return sendReply(c, reply, err)
}

func settingsBodyOf(set desk.Settings) settingsBody {
	b := settingsBody{
		AutoconfirmOrdersUponCheckout: set.AutoconfirmOrdersUponCheckout, EmailInvoiceOnConfirmation: set.EmailInvoiceOnConfirmation,
		EmailSalespersonOnOrder: set.EmailSalespersonOnOrder, EmailCustomerOnOrder: set.EmailCustomerOnOrder, EmailSalespersonOnBounce: set.EmailSalespersonOnBounce, OrderURL: nullIfEmpty(set.OrderURL),
		EmailRecipients: string(set.EmailRecipients), UnpaidCardOrders: string(set.UnpaidCardOrders), TimeZone: set.TimeZone,
		DraftExpiryHours: set.DraftExpiryHours, InvoiceNumberPrefix: set.InvoiceNumberPrefix, CreditNoteNumberPrefix: set.CreditNoteNumberPrefix,
		TaxID: nullIfEmpty(set.TaxID), Currency: set.Currency, Version: set.Version, UpdatedAt: set.UpdatedAt.UTC(),
		Letterhead: letterheadBody{Name: set.Letterhead(), Address: nullIfEmpty(set.LetterheadAddress), Sender: nullIfEmpty(set.LetterheadSender)},
	}
	if len(set.ConfirmationCutoff) > 0 {
		b.ConfirmationCutoff = set.ConfirmationCutoff
	}
	b.Letterhead.Logo = nullIfEmpty(set.Logo.URI())
	return b
}

// revision is the patch as a revision of the settings, and a fault for each computed member that the patch changes.
func (p settingsPatch) revision(set desk.Settings) (company.SettingsRevision, []fault.Field) {
	head := p.Letterhead.Value
	r := company.SettingsRevision{
		AutoconfirmOrdersUponCheckout: patchValue(p.AutoconfirmOrdersUponCheckout), EmailInvoiceOnConfirmation: patchValue(p.EmailInvoiceOnConfirmation),
		EmailSalespersonOnOrder: patchValue(p.EmailSalespersonOnOrder), EmailCustomerOnOrder: patchValue(p.EmailCustomerOnOrder), EmailSalespersonOnBounce: patchValue(p.EmailSalespersonOnBounce), OrderURL: patchValue(p.OrderURL),
		EmailRecipients: typedPatchValue[company.RecipientPolicy](p.EmailRecipients), UnpaidCardOrders: typedPatchValue[company.UnpaidPolicy](p.UnpaidCardOrders),
		TimeZone: patchValue(p.TimeZone), DraftExpiryHours: patchValue(p.DraftExpiryHours), TaxID: patchValue(p.TaxID),
		InvoiceNumberPrefix: patchValue(p.InvoiceNumberPrefix), CreditNoteNumberPrefix: patchValue(p.CreditNoteNumberPrefix),
		LetterheadName: patchValue(head.Name), LetterheadAddress: patchValue(head.Address), LetterheadSender: patchValue(head.Sender), Logo: patchValue(head.Logo),
	}
	if p.ConfirmationCutoff.Set {
		r.ConfirmationCutoff = new(p.ConfirmationCutoff.Value.cutoff(set.ConfirmationCutoff, p.ConfirmationCutoff.Null))
	}
	return r, strictjson.ChangedMembers("", p.computedSettings, settingsBodyOf(set))
}

// cutoff merges the weekdays into the current cut-off, or into none.
func (p cutoffPatch) cutoff(now company.Cutoff, none bool) company.Cutoff {
	next := company.Cutoff{}
	if !none {
		maps.Copy(next, now)
	}
	for i, clock := range []strictjson.Opt[string]{p.Monday, p.Tuesday, p.Wednesday, p.Thursday, p.Friday, p.Saturday, p.Sunday} {
		switch day := company.Weekdays[i]; {
		case clock.Null:
			delete(next, day)
		case clock.Set:
			next[day] = clock.Value
		}
	}
	return next
}
