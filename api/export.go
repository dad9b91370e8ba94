package api

import (
	"github.com/orderdesk/orderdesk/api/web"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
)

// exportSpec is the spec of the export of a list with rows of type R.
func exportSpec[R any](query any, form web.ExportForm[R]) web.Spec {
	var row R
	return web.Spec{Query: query, Produces: web.ExportMedia(), Answers: answersOK(row), Columns: form.Table.Names}
}

// exportQuery reads the parameters of an export, and the company, whose day and currency they may depend on.
func (s *service) exportQuery(c web.Request, into any) (company.Company, error) {
	if err := web.DecodeQuery(c, into); err != nil {
		return company.Company{}, err
	}
	return s.Desk.Company(c.Request().Context(), web.Actor(c))
}

// export answers every row of a list as a file, in the format that the caller wants. The file has the name of the form and today's
// date in the company.
func export[T, R any](s *service, c web.Request, form web.ExportForm[R], q web.ExportQuery, home company.Company, next desk.Chunks[T], row func(*T) R) error {
	return form.Stream(c, q, home.DayOf(s.Now()), func(yield func(R) error) (bool, error) {
		things, more, err := next()
		return more, web.YieldAll(things, err, yield, row)
	})
}
