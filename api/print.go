package api

import (
	"bytes"
	"net/http"

	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/document"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// printQuery is how a document is printed.
type printQuery struct {
	// Goes before Accept.
	Format string `query:"format" enums:"pdf,html" example:"pdf"`
	// The sheet that the PDF is laid out for.
	Size string `query:"size" enums:"a4,letter" default:"a4" example:"a4"`
}

// choice is the representation that the parameters ask for, empty where Accept decides, and the sheet.
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
//	@Description	The document on paper: the invoice once the order is confirmed, also after a void; an order or prebook sheet before, marked VOID where it is. format beats Accept.
//	@ID				printOrder
//	@Tags			orders
//	@Param			id	path		string	true	"the document's id"	Format(uuid)
//	@Success		200	"The document on paper"
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
	paper, err := s.Desk.Print(c.Request().Context(), web.Actor(c), id)
	if err != nil {
		return err
	}
	paper.Size = size
	if media == web.MediaPDF {
		return answerPDF(c, paper, paper.Number)
	}
	return answerHTML(c, paper)
}

// printFormat is the representation and the sheet that the caller wants.
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

// answerHTML answers a document as a page to print, whose policy lets it have its own style.
func answerHTML(c web.Request, paper document.Paper) error {
	var b bytes.Buffer
	if err := document.HTML(&b, paper); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Security-Policy", document.ContentSecurityPolicy)
	return c.Blob(http.StatusOK, web.MediaHTML+"; charset=utf-8", b.Bytes())
}
