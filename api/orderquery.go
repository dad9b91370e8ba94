package api

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// orderQuery is the parameters of the Order Summary.
type orderQuery struct {
	Origin            []string `query:"origin" format:"origin"`
	Kind              []string `query:"kind" enums:"order,prebook"`
	Status            []string `query:"status" enums:"draft,pending,confirmed,checked_out,billed,voided"`
	PaymentStatus     []string `query:"payment_status" enums:"unpaid,partially_paid,paid,overpaid,refunded"`
	PaymentIndicator  *string  `query:"payment_indicator" enums:"$" extensions:"x-nullable"`
	CustomerID        []string `query:"customer_id" format:"uuid"`
	CustomerCode      []string `query:"customer_code" format:"line" minLength:"1" maxLength:"50"`
	Salesperson       []string `query:"salesperson" format:"line" minLength:"1" maxLength:"254"`
	Number            []string `query:"number" format:"order-number"`
	ExternalReference []string `query:"external_reference" format:"line" minLength:"1" maxLength:"100"`
	CheckoutID        []string `query:"checkout_id" format:"uuid"`
	Q                 string   `query:"q" format:"line" maxLength:"200"`
	ShipDateFrom      string   `query:"ship_date_from" format:"date"`
	ShipDateTo        string   `query:"ship_date_to" format:"date"`
	PlacedFrom        string   `query:"placed_from" format:"moment"`
	PlacedTo          string   `query:"placed_to" format:"moment"`
	TotalMin          string   `query:"total_min" format:"amount"`
	TotalMax          string   `query:"total_max" format:"amount"`
	UpdatedSince      string   `query:"updated_since" format:"date-time"`
	EmailStatus       []string `query:"email_status" enums:"queued,sent,delivered,bounced,failed"`
	Sort              string   `query:"sort" enums:"placed_at,-placed_at,ship_date,-ship_date,number,-number,total,-total,customer,-customer,updated_at,-updated_at" default:"-placed_at"`
	Include           []string `query:"include" enums:"allowed_actions,count,facets"`
	Limit             int      `query:"limit" minimum:"1" maximum:"200" default:"50"`
	Cursor            string   `query:"cursor" maxLength:"1000"`
}

// wants is what the caller asks beside the rows.
func (q orderQuery) wants() desk.Extras {
	return desk.Extras{
		Verdicts: slices.Contains(q.Include, "allowed_actions"), Count: slices.Contains(q.Include, "count"), Facets: slices.Contains(q.Include, "facets"),
		Synced: q.UpdatedSince != "" || strings.TrimPrefix(q.Sort, "-") == "updated_at",
	}
}

// local reports whether a parameter means something only in the company: its day, or its currency.
func (q orderQuery) local() bool {
	return q.PlacedFrom != "" || q.PlacedTo != "" || q.TotalMin != "" || q.TotalMax != ""
}

// filter is the parameters as the desk takes them. Dates are days of the company.
func (q orderQuery) filter(who auth.Actor, s company.Company) (desk.OrderFilter, error) {
	f := desk.OrderFilter{
		Kinds: all[order.Kind](q.Kind), Statuses: all[order.Status](q.Status), PaymentStatuses: all[billing.Status](q.PaymentStatus),
		CustomerIDs: lowered(q.CustomerID), CustomerCodes: q.CustomerCode, ExternalReference: q.ExternalReference, CheckoutIDs: lowered(q.CheckoutID),
		Query: strings.TrimSpace(q.Q), EmailStatuses: q.EmailStatus, Limit: q.Limit, Sort: q.sort(),
	}
	if q.PaymentIndicator != nil {
		f.PaymentIndicator = ptr(true)
	}
	var faults []fault.Field
	refuse := func(name, detail string) {
		faults = append(faults, fault.Field{Pointer: name, Code: fault.FieldInvalid, Detail: detail})
	}
	for _, text := range q.Origin {
		origin, _ := order.ParseOrigin(text) // query has read it
		f.Origins = append(f.Origins, origin)
	}
	for _, text := range q.Number {
		number, _ := order.ParseNumberFilter(text) // query has read it
		f.Numbers = append(f.Numbers, number)
	}
	for _, email := range q.Salesperson {
		if email == "me" {
			if email = who.Email; email == "" {
				refuse("salesperson", "Your token names no e-mail address, so nobody's orders are yours.")
			}
		}
		f.Salespeople = append(f.Salespeople, email)
	}
	f.ShipFrom, f.ShipTo = dayOrZero(q.ShipDateFrom), dayOrZero(q.ShipDateTo)
	f.PlacedFrom, f.PlacedBefore = moment(q.PlacedFrom, s.Location(), false), moment(q.PlacedTo, s.Location(), true)
	f.TotalMin, f.TotalMax = total("total_min", q.TotalMin, s.Currency, refuse), total("total_max", q.TotalMax, s.Currency, refuse)
	if q.UpdatedSince != "" {
		f.UpdatedSince = instant(q.UpdatedSince)
	}
	if err := invalidParameters(faults); err != nil {
		return f, err
	}
	var err error
	f.After, f.Before, err = q.position(who.CompanyID)
	return f, err
}

func (q orderQuery) sort() desk.Sort {
	key, desc := strings.CutPrefix(q.Sort, "-")
	return desk.Sort{Key: desk.SortKey(key), Desc: desc}
}

// moment is a time, or a day of the company: its beginning, or with end the moment after it, since both ends of a
// range belong to it.
func moment(text string, zone *time.Location, end bool) time.Time {
	if text == "" {
		return time.Time{}
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		if end {
			day = day.AddDate(0, 0, 1)
		}
		return day.UTC()
	}
	at := instant(text)
	if end {
		at = at.Add(time.Microsecond)
	}
	return at
}

func total(name, text, currency string, refuse func(name, detail string)) *money.Amount {
	if text == "" {
		return nil
	}
	digits, _ := money.Digits(currency)
	amount, err := money.ParseAmount(text, digits)
	if err != nil {
		refuse(name, "Must be a decimal number with at most "+strconv.Itoa(digits)+" decimals.")
		return nil
	}
	return &amount
}

func dayOrZero(text string) time.Time {
	day, _ := time.Parse(time.DateOnly, text) // query has read it
	return day
}

// all is texts as values of a named type.
func all[T ~string](texts []string) []T {
	values := make([]T, len(texts))
	for i, t := range texts {
		values[i] = T(t)
	}
	return values
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// stamp is a time as text; empty for none.
func stamp(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// instant is a date-time that was read before, in UTC.
func instant(text string) time.Time {
	at, _ := time.Parse(time.RFC3339Nano, strings.ToUpper(text))
	return at.UTC()
}
