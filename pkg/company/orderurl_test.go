package company_test

import (
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/stretchr/testify/require"
)

func TestOrderURL(t *testing.T) {
	for template, link := range map[string]string{
		"":                                    "",
		"https://desk.example/orders/{id}":    "https://desk.example/orders/7",
		"http://localhost:5173/#/orders/{id}": "http://localhost:5173/#/orders/7",
		"HTTPS://desk.example/?order={id}&x=%C3%A9":             "HTTPS://desk.example/?order=7&x=%C3%A9",
		"https://desk.example/{id}/" + strings.Repeat("x", 400): "https://desk.example/7/" + strings.Repeat("x", 400),
	} {
		require.Empty(t, company.OrderURLFault(template), template)
		require.Equal(t, link, company.Settings{OrderURL: template}.OrderLink("7", ""))
	}
	require.Equal(t, "https://else.example/?order=7", company.Settings{}.OrderLink("7", company.OrderURLOf("https://else.example/?order=")))
	require.Equal(t, "https://desk.example/7", company.Settings{OrderURL: "https://desk.example/{id}"}.OrderLink("7", "https://else.example/{id}"))
	for _, template := range []string{
		"{id}", "/orders/{id}", "desk.example/{id}", "//desk.example/{id}", "https://desk.example/orders", "https://desk.example/{id}/{id}", "https://{id}.example/",
		"https://{id}/", "https:///{id}", "https://?{id}", "https://:443/{id}", "javascript:alert('{id}')", "ftp://desk.example/{id}", "mailto:a@b.example?subject={id}", "https://desk.example/{ID}",
		"https://desk.example/{id}{x}", "https://desk.example/{{id}}", "https://ann:secret@desk.example/{id}", "https://desk.example/a b/{id}",
		"https://desk.example/{id}\n", "https://desk.example/é/{id}", "https://desk.example/%zz/{id}", "https://desk.example/{id}" + strings.Repeat("x", 500),
	} {
		require.NotEmpty(t, company.OrderURLFault(template), template)
	}
}
