package api

import (
	"bytes"
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// printQuery is the parameters of a print.
type printQuery struct {
	// The format. It takes precedence over Accept.
	Format string `query:"format" enums:"pdf,html" example:"pdf"`
	// The paper size of the PDF.
	Size string `query:"size" enums:"a4,letter" default:"a4" example:"a4"`
}

// choice is the media type that the parameters ask for, empty if Accept decides, and the paper size.
func (q printQuery) choice() (media string, size document.Size) {
	size = document.A4
	if q.Size == "letter" {
		size = document.Letter
	}
	return map[string]string{"pdf": web.MediaPDF, "html": web.MediaHTML}[q.Format], size
}

func printOrderSpec() web.Spec {
	return web.Spec{Query: printQuery{}, Produces: printMedia(), Answers: answersOK(nil)}
}

// printOrder godoc
//
//	@Summary		Print a document
//	@Description	Answers the document to print. This is the invoice if the order was confirmed, even if it was voided later. Otherwise it is an order or prebook sheet, marked VOID if the document is voided. format takes precedence over Accept.
//	@ID				printOrder
//	@Tags			orders
//	@Param			id	path		string	true	"The document's id"	Format(uuid)
//	@Success		200	"The document to print"
//	@Router			/v1/orders/{id}/print [get]
func (s *service) printOrder(c web.Request) error {
	id, err := web.PathID(c, fault.OrderNotFound)
	if err != nil {
		return err
	}
	media, size, err := printFormat(c)
	if err != nil {
		return err
	}
	content, err := s.Desk.Print(c.Request().Context(), web.Actor(c), id)
	if err != nil {
		return err
	}
	content.Size = size
	if media == web.MediaPDF {
		return answerPDF(c, content, content.Number)
	}
	return answerHTML(c, content)
}

// printFormat is the media type and the paper size that the caller wants.
func printFormat(c web.Request) (media string, size document.Size, err error) {
	var q printQuery
	if err := web.DecodeQuery(c, &q); err != nil {
		return "", size, err
	}
	media, size = q.choice()
	if media == "" {
		media, err = web.Accept(c)
	}
	return media, size, err
}

// answerHTML answers a document as an HTML page to print. The policy allows its own style.
func answerHTML(c web.Request, content document.Content) error {
	var b bytes.Buffer
	if err := document.HTML(&b, content); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Security-Policy", document.ContentSecurityPolicy)
	return c.Blob(http.StatusOK, web.MediaHTML+"; charset=utf-8", b.Bytes())
}

// answerIssued answers an issued document as a PDF file.
func (s *service) answerIssued(c web.Request, d billing.Document) error {
	content, err := s.Desk.IssuedContent(c.Request().Context(), d)
	if err != nil {
		return err
	}
	return answerPDF(c, content, d.Number)
}

func answerPDF(c web.Request, content document.Content, number string) error {
	var b bytes.Buffer
	if err := document.PDF(c.Request().Context(), &b, content); err != nil {
		return err
	}
	web.SetFileName(c, web.Inline, document.FileName(number, ".pdf"))
	return c.Blob(http.StatusOK, web.MediaPDF, b.Bytes())
}
