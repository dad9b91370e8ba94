package api

import (
	"net/http"
	"net/url"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

func createCustomerSpec() web.Spec {
	return web.Spec{Body: newCustomerBody{}, Answers: answersCreated(customerBody{}), Version: web.Tagged, Refuses: desk.CreateCustomerRefusals}
}

// createCustomer godoc
//
//	@Summary		Add a customer
//	@Description	Adds a customer of the company. Only code and name are required. A storefront sets no terms, salesperson, require_credit_card_payment or autoconfirm.
//	@ID				createCustomer
//	@Tags			customers
//	@Success		201	"The new customer"
//	@Router			/v1/customers [post]
func (s *service) createCustomer(c web.Request) error {
	var body newCustomerBody
	if err := web.Decode(c, &body); err != nil {
		return err
	}
	call, err := deskCall(c)
	if err != nil {
		return err
	}
	reply, err := s.Desk.CreateCustomer(c.Request().Context(), call, body.customer(), encoder(http.StatusCreated, createdCustomerHeaders, customerBodyOf))
	return sendReply(c, reply, err)
}

func getCustomerSpec() web.Spec {
	return web.Spec{Answers: answersOK(customerBody{}), Version: web.Conditional, Refuses: refusesWith(fault.CustomerNotFound)}
}

// getCustomer godoc
//
//	@Summary		Get a customer
//	@Description	Answers a customer with its terms, settings and ship-to addresses.
//	@ID				getCustomer
//	@Tags			customers
//	@Param			id	path		string	true	"The customer's id"	Format(uuid)
//	@Success		200	"The customer as it is now"
//	@Router			/v1/customers/{id} [get]
func (s *service) getCustomer(c web.Request) error {
	id, err := web.PathID(c, fault.CustomerNotFound)
	if err != nil {
		return err
	}
	cu, err := s.Desk.Customer(c.Request().Context(), web.Actor(c), id)
	if err != nil {
		return err
	}
	if done, err := web.NotModified(c, web.ETag(cu.Version)); done || err != nil {
		return err
	}
	return web.WriteJSON(c, http.StatusOK, customerBodyOf(cu))
}

func updateCustomerSpec() web.Spec {
	return web.Spec{Body: customerPatch{}, Answers: answersOK(customerBody{}), Version: web.Tagged, Refuses: desk.EditCustomerRefusals}
}

// updateCustomer godoc
//
//	@Summary		Edit a customer
//	@Description	Merges the patch (RFC 7396) into the customer. A storefront changes the contact members of its own customers. emails and ship_tos are replaced as a whole. A change of require_credit_card_payment updates payment_indicator on the customer's orders.
//	@ID				updateCustomer
//	@Tags			customers
//	@Param			id		path		string			true	"The customer's id"	Format(uuid)
//	@Success		200	"The customer after the edit"
//	@Router			/v1/customers/{id} [patch]
func (s *service) updateCustomer(c web.Request) error {
	var patch customerPatch
	id, call, err := decodeWrite(c, fault.CustomerNotFound, &patch)
	if err != nil {
		return err
	}
	reply, err := s.Desk.EditCustomer(c.Request().Context(), call, id, patch.revision, encoder(http.StatusOK, customerHeaders, customerBodyOf))
	return sendReply(c, reply, err)
}

// codeInPath is the code in a path, with the rules of a customer's code.
type codeInPath struct {
	// The code.
	Code string `query:"code" format:"customer-code" minLength:"1" maxLength:"50"`
}

func putCustomerSpec() web.Spec {
	return web.Spec{
		Body: putCustomerBody{}, Version: web.Tagged, Refuses: append(refusesWith(fault.ParameterInvalid), desk.PutCustomerRefusals...),
		Answers: []web.Answer{{Status: http.StatusCreated, Body: customerBody{}, Location: true}, {Status: http.StatusOK, Body: customerBody{}}},
	}
}

// putCustomer godoc
//
//	@Summary		Create or update a customer by code
//	@Description	Creates the customer with this code, or replaces the contact members of the one that has it: name, emails, tax_id, phone, ship_tos and address. The members of staff stay unless staff send them. A storefront changes contact members of its own customers: those that it wrote, and those that bought through it. Another one's code is 409 customer_code_taken. Codes are compared ignoring case.
//	@ID				putCustomer
//	@Tags			customers
//	@Param			code	path		string	true	"The customer's code, percent-encoded"	Format(customer-code) minlength(1) maxlength(50)
//	@Success		200	"The customer after the change"
//	@Success		201	"The new customer"
//	@Router			/v1/customers/by-code/{code} [put]
func (s *service) putCustomer(c web.Request) error {
	text, err := web.PathText(c, "code")
	if err != nil {
		return err
	}
	var path codeInPath
	if err := Reader().ReadQuery(url.Values{"code": {text}}, &path); err != nil {
		return err
	}
	var body putCustomerBody
	if err := web.Decode(c, &body); err != nil {
		return err
	}
	createOnly, err := web.CreateOnly(c)
	if err != nil {
		return err
	}
	call, err := deskCall(c)
	if err != nil {
		return err
	}
	reply, err := s.Desk.PutCustomer(c.Request().Context(), call, path.Code, createOnly, body.revision(path.Code), putAnswer)
	return sendReply(c, reply, err)
}

// putAnswer is 201 for a new customer, and otherwise 200.
func putAnswer(cu desk.WrittenCustomer) (desk.Answer, error) {
	if cu.Created {
		return encoder(http.StatusCreated, createdCustomerHeaders, customerBodyOf)(cu.Customer)
	}
	return encoder(http.StatusOK, customerHeaders, customerBodyOf)(cu.Customer)
}

// customerFilter is the parameters that choose customers.
type customerFilter struct {
	// The beginning of the code or name, ignoring case and accents.
	Q string `query:"q" format:"line" maxLength:"200" example:"bloom"`
	// The whole code, ignoring case.
	Code []string `query:"code" format:"line" minLength:"1" maxLength:"50"`
	// The whole e-mail address, ignoring case.
	Email []string `query:"email" format:"line" minLength:"1" maxLength:"254" example:"buyer@bloom.example"`
	// Only customers changed at this time or later. The next time, send page.synced_until.
	UpdatedSince string `query:"updated_since" format:"date-time" example:"2026-11-24T10:00:00Z"`
}

// needsCompany is false: no parameter depends on the company's time zone or currency.
func (customerFilter) needsCompany() bool { return false }

// filter is the parameters as a filter of the desk.
func (q customerFilter) filter(_ auth.Actor, _ company.Company, page desk.Window) (desk.CustomerFilter, error) { //nolint:unparam // filterQuery has an error
	f := desk.CustomerFilter{Query: q.Q, Codes: q.Code, Emails: q.Email, Window: page}
	if q.UpdatedSince != "" {
		f.UpdatedSince = parseInstant(q.UpdatedSince)
	}
	return f, nil
}

// customerQuery is the parameters of the customers' list.
type customerQuery struct {
	customerFilter
	pageQuery
}

// listKey names the list with these filters.
func (q customerQuery) listKey(companyID string) string {
	return web.ListKey(companyID, "/v1/customers", q)
}

// customerPage is a page of customers.
type customerPage struct {
	// The rows.
	Data []customerBody `json:"data" maxItems:"1000"`
	// The position of the page in its list.
	Page pageBody `json:"page"`
} // @name CustomerPage

func listCustomersSpec() web.Spec {
	return web.Spec{Query: customerQuery{}, Answers: answersOK(customerPage{})}
}

// listCustomers godoc
//
//	@Summary		List customers
//	@Description	Lists the company's customers by name, in pages. A storefront gets its own: those that it wrote, and those that bought through it. By code or email it finds any customer; name_only is true for one that is not its own.
//	@ID				listCustomers
//	@Tags			customers
//	@Success		200	"A page of the customers, by name"
//	@Router			/v1/customers [get]
func (s *service) listCustomers(c web.Request) error {
	var q customerQuery
	filter, err := readList(s, c, &q)
	if err != nil {
		return err
	}
	page, err := s.Desk.Customers(c.Request().Context(), web.Actor(c), filter)
	if err != nil {
		return err
	}
	where := listPageOf(s, c, q.listKey(web.Actor(c).CompanyID), q.Limit, page)
	return web.WriteJSON(c, http.StatusOK, customerPage{bodiesOf(page.Rows, customerRowOf), where})
}

// customerExportQuery is the parameters of the customers' export.
type customerExportQuery struct {
	web.ExportQuery
	customerFilter
}

func exportCustomersSpec() web.Spec { return exportSpec(customerExportQuery{}, customerExport) }

// exportCustomers godoc
//
//	@Summary		Export customers
//	@Description	Answers all customers that match the filter, by name, as one file, as CSV or NDJSON. If an error stops it in the middle, the connection breaks.
//	@ID				exportCustomers
//	@Tags			customers
//	@Success		200	"The customers that match the filter"
//	@Router			/v1/customers/export [get]
func (s *service) exportCustomers(c web.Request) error {
	var q customerExportQuery
	filter, home, err := readExport(s, c, &q)
	if err != nil {
		return err
	}
	next := s.Desk.ExportCustomers(c.Request().Context(), web.Actor(c), filter)
	return export(s, c, customerExport, q.ExportQuery, home, next, customerRowOf)
}

// customerExport is the export of customers. TestCSVShowsEveryMember gives the reason for each member that has no column.
var customerExport = web.ExportForm[customerBody]{Name: "customers", Table: web.NewCSVTable[customerBody]([]web.CSVColumn{
	{"id", "id"}, {"code", "code"}, {"name", "name"}, {"emails", "emails"}, {"phone", "phone"}, {"tax_id", "tax_id"},
	{"terms_label", "terms/label"}, {"terms_days", "terms/days"}, {"salesperson_name", "salesperson/name"}, {"salesperson_email", "salesperson/email"},
	{"require_credit_card_payment", "require_credit_card_payment"}, {"autoconfirm", "autoconfirm"},
	{"address_line1", "address/line1"}, {"address_line2", "address/line2"}, {"address_city", "address/city"}, {"address_region", "address/region"},
	{"address_postal_code", "address/postal_code"}, {"address_country", "address/country"},
	{"version", "version"}, {"created_at", "created_at"}, {"updated_at", "updated_at"},
})}

func customerHeaders(cu company.Customer) map[string]string {
	return map[string]string{"ETag": web.ETag(cu.Version)}
}

func createdCustomerHeaders(cu company.Customer) map[string]string {
	return map[string]string{"Location": "/v1/customers/" + cu.ID, "ETag": web.ETag(cu.Version)}
}
