package api

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// errorBody is an error code and its meaning.
type errorBody struct {
	// The code. Its meaning never changes.
	Code string `json:"code" maxLength:"50"`
	// The type of its problem: the address of its description.
	Type string `json:"type" maxLength:"300"`
	// The HTTP status of its problem.
	Status int `json:"status"`
	// The title, which is the same for every occurrence.
	Title string `json:"title" maxLength:"100"`
	// Why it happens.
	Cause string `json:"cause" maxLength:"500"`
	// What to do about it.
	Fix       string       `json:"fix" maxLength:"500"`
	Retryable bool         `json:"retryable"`  // whether the same request may succeed later
	Field     bool         `json:"field_only"` // whether it appears only in errors, for example of body_invalid
	Members   []memberBody `json:"members"`    // the extra members of the problem
}

// memberBody is a member that a code adds to its problem.
type memberBody struct {
	// The name.
	Name string `json:"name" maxLength:"200"`
	// What it contains.
	Meaning string `json:"meaning" maxLength:"200"`
}

// errorListBody is the list of all error codes.
type errorListBody struct {
	// The errors.
	Data []errorBody `json:"data" maxItems:"1000"`
}

func (s *service) errorBodyOf(e fault.Entry) errorBody {
	body := errorBody{
		Code: string(e.Code), Type: "/v1/errors/" + string(e.Code), Status: web.Status(e.Code), Title: e.Title,
		Cause: e.Cause, Fix: s.Wording(e.Fix), Retryable: e.Retryable, Field: e.Field, Members: []memberBody{},
	}
	for _, m := range e.Members {
		body.Members = append(body.Members, memberBody(m))
	}
	return body
}

func listErrorsSpec() web.Spec {
	return web.Spec{Produces: errorMedia(), Answers: answersOK(errorListBody{})}
}

// listErrors godoc
//
//	@Summary		List the errors
//	@Description	Lists every code of a problem, or of an error of a field: why it happens, what to do about it, and whether a retry can succeed. Browsers get an HTML page.
//	@ID				listErrors
//	@Tags			errors
//	@Success		200	"Every code, with its meaning"
//	@Router			/v1/errors [get]
func (s *service) listErrors(c web.Request) error {
	var list errorListBody
	for _, e := range fault.Catalogue() {
		list.Data = append(list.Data, s.errorBodyOf(e))
	}
	return answerPage(c, list, list.Data)
}

func getErrorSpec() web.Spec {
	return web.Spec{Produces: errorMedia(), Answers: answersOK(errorBody{}), Refuses: refusesWith(fault.ErrorNotFound)}
}

// getError godoc
//
//	@Summary		Get an error
//	@Description	Explains what a code means, why it happens and what to do about it. The type of every problem is the address of this operation.
//	@ID				getError
//	@Tags			errors
//	@Param			code	path	string	true	"The code"	Format(code)
//	@Success		200	"The code, with its meaning"
//	@Router			/v1/errors/{code} [get]
func (s *service) getError(c web.Request) error {
	for _, e := range fault.Catalogue() {
		if string(e.Code) == c.Param("code") {
			body := s.errorBodyOf(e)
			return answerPage(c, body, []errorBody{body})
		}
	}
	return fault.New(fault.ErrorNotFound, "There is no error code %s.", strictjson.Quote(c.Param("code")))
}

// answerPage answers programs with JSON and browsers with an HTML page. The catalogue is public and may be cached.
func answerPage(c web.Request, body any, entries []errorBody) error {
	media, err := web.Accept(c)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=3600")
	if media == web.MediaJSON {
		return web.WriteJSON(c, http.StatusOK, body)
	}
	var page strings.Builder
	if err := errorPage().Execute(&page, entries); err != nil {
		return fmt.Errorf("render the error page: %w", err)
	}
	c.Response().Header().Set("Content-Security-Policy", errorPolicy())
	if err := c.HTML(http.StatusOK, page.String()); err != nil {
		return fmt.Errorf("write the error page: %w", err)
	}
	return nil
}

const errorStyle = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}code{background:#8883;padding:0 .3em}h2{margin-bottom:.2em}`

// errorPolicy allows the style of the page.
var errorPolicy = sync.OnceValue(func() string {
	sum := sha256.Sum256([]byte(errorStyle))
	return web.ContentSecurityPolicy + "; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
})

var errorPage = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("errors").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>orderdesk errors</title>
<style>` + errorStyle + `</style></head><body><h1>Errors</h1>
{{range .}}<section><h2 id="{{.Code}}">{{.Title}}</h2>
<p><code>{{.Code}}</code>, {{if .Field}}a field's fault in errors{{else}}status {{.Status}}{{end}}{{if .Retryable}}, may succeed when repeated{{end}}</p>
<p>{{.Cause}}</p><p><strong>{{.Fix}}</strong></p>
{{with .Members}}<ul>{{range .}}<li><code>{{.Name}}</code>: {{.Meaning}}</li>{{end}}</ul>{{end}}</section>
{{end}}<p><a href="/v1/errors">All errors</a></p></body></html>
`))
})

// ProblemMembers is the members that codes add to a problem. The entry of a code in the catalogue names its members.
type ProblemMembers struct {
	// With parameter_unknown: the nearest valid name, or null.
	Nearest *string `json:"nearest"`
	// With many codes: who can do it, or what to do instead.
	Remedy *string `json:"remedy" maxLength:"500"`
	// With order_changed and similar codes: the current version.
	CurrentVersion int `json:"current_version" minimum:"1"`
	// With order_changed: the changes since the caller's version.
	Changes []changeSince `json:"changes" nullable:"true" maxItems:"20"`
	// With external_reference_taken: the documents of the checkout.
	Orders []documentLink `json:"orders" nullable:"true"`
	// With line_already_billed: the ids of the orders that the lines were billed into.
	OrderIDs []string `json:"order_ids" format:"uuid" nullable:"true"`
	// With external_reference_taken: the id of the checkout that has it.
	CheckoutID *string `json:"checkout_id" format:"uuid"`
	// With customer_code_taken: the id of the customer that has it.
	CustomerID *string `json:"customer_id" format:"uuid"`
	// With payment_reference_taken: the id of the order that has it.
	OrderID *string `json:"order_id" format:"uuid"`
	// With refund_exceeds_paid: the amount that can be refunded.
	Net *string `json:"net" format:"decimal"`
}

// changeSince is one change since the caller's version.
type changeSince struct {
	// The version that it made.
	Version int `json:"version" minimum:"1"`
	// When it was made.
	At time.Time `json:"at" format:"date-time"`
	// The type of event, as in the timeline: order.edited.
	Type string `json:"type"`
	// Who did it.
	Actor personBody `json:"actor"`
	// The change, for people: Anna changed the carrier from FedEx to UPS at 10:42.
	Sentence string `json:"sentence" maxLength:"4000"`
	// The fields that it changed.
	Fields []string `json:"fields" maxItems:"20000" maxLength:"200"`
	// Their values before and after; of many fields, the first, and of many writers, the last.
	Changes []changeBody `json:"changes" maxItems:"500"`
}

// documentLink is a document and its address.
type documentLink struct {
	// The document's id.
	ID string `json:"id" format:"uuid"`
	// The number shown to people: W000123.
	Number string `json:"number" maxLength:"40"`
	// The kind: order or prebook.
	Kind string `json:"kind" enums:"order,prebook"`
	// The address.
	URL string `json:"url"`
}

func documentLinkOf(o *order.Order) documentLink {
	return documentLink{o.ID, o.Number, string(o.Kind), "/v1/orders/" + o.ID}
}
