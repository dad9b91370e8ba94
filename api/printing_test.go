package api_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/testkit/sendgridtest"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
)

// popplerText returns the PDF's text as another program reads it.
func popplerText(t *testing.T, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		require.Empty(t, os.Getenv("CI"), "CI has poppler-utils installed")
		t.Skip("pdftotext (poppler-utils) is not installed")
	}
	file := filepath.Join(t.TempDir(), "document.pdf")
	require.NoError(t, os.WriteFile(file, pdf, 0o600))
	text, err := exec.CommandContext(t.Context(), tool, "-layout", file, "-").Output()
	require.NoError(t, err)
	return strings.Map(func(r rune) rune { // pdftotext marks where the direction changes
		if r >= 0x202A && r <= 0x202E {
			return -1
		}
		return r
	}, string(text))
}

// The e-mailed invoice shows text in any script, and the text can be copied from it.
func TestDocumentsInScriptsOfTheWorld(t *testing.T) {
	servicetest.Each(t, servicetest.Options{}, func(t *testing.T, s *service) {
		for code, name := range map[string]string{
			"EAST": "株式会社花屋", "KOR": "주식회사 장미꽃집", "THAI": "บริษัท ดอกกุหลาบ จำกัด", "DEVA": "श्री कृष्ण फूल विक्रेता", "ARAB": "مشتل الورد للتجارة", "HEBR": "פרחי השרון",
			"LATN": "Kauaʻi ≥10 ⅛ ﬁne", "CYRL": "Ђорђе Цвећара", "GREK": "Ἀθῆναι Άνθη",
		} {
			customer(t, s, code, func(c *company.Customer) { c.Name = name })
			sales := s.As(t, auth.Sales)
			done := confirm(sales, placed(sales, cart(code, line("on_hand", 1))))
			require.Empty(t, done.At("warnings").Items(), name)
			soon(t, "it is sent", func() bool { return len(s.SendGrid.ByEmailID(done.At("email/id").Text())) == 1 })
			mail := s.SendGrid.ByEmailID(done.At("email/id").Text())[0]
			require.Contains(t, mail.HTML, ">"+name+"</bdi>")
			text := popplerText(t, attached(mail))
			for _, want := range []string{done.At("invoice/number").Text(), name, done.At("invoice/total").Text()} {
				require.Contains(t, text, want)
			}
		}
	})
}

func attached(m sendgridtest.Mail) []byte { return m.Attachments[0].Data }

// Every operation that makes a document warns of characters that cannot be printed.
func TestUnprintableTextIsWarnedOf(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "ROSE", func(c *company.Customer) { c.Name = "Rose 🌹" })
		customer(t, s, "AUTO", func(c *company.Customer) { c.Name, c.Autoconfirm = "𠮷 Flowers", company.On })
		sales := s.As(t, auth.Sales)
		warned := func(warnings value, message string) {
			t.Helper()
			require.Equal(t, []string{string(desk.WarnNotPrintable)}, warnings.Each("code"))
			require.Equal(t, []string{message}, warnings.Each("message"))
		}

		o := place(sales, cart("ROSE", line("on_hand", 1)))
		id, number := o.At("id").Text(), o.At("number").Text()
		done := confirm(sales, id)
		warned(done.At("warnings"), `The PDF of order `+number+`'s invoice shows `+"\uFFFD"+` in place of: 🌹 (U+1F339) in "Rose 🌹".`)
		require.Equal(t, id, done.At("warnings/0/order_id").Text())
		require.Contains(t, servicetest.PDFText(t, sales.Get(at(id, "print")).Body), "Rose \uFFFD\n")
		require.Contains(t, string(sales.Get(at(id, "print"), "Accept", "text/html").Body), "Rose 🌹")
		require.Empty(t, confirm(sales, id).At("warnings").Items(), "it made nothing")

		void := s.As(t, auth.SalesManager).Post(at(id, "void"), object{"reason": "🌹🌷🌹🍀🌺🌻🌼"}).Is(200)
		warned(void.At("warnings"), `The PDF of order `+number+`'s credit note shows `+"\uFFFD"+` in place of: 🌹 (U+1F339) in "Rose 🌹"; 🌷 (U+1F337) in "🌹🌷🌹🍀🌺🌻🌼"; `+
			`🍀 (U+1F340) in "🌹🌷🌹🍀🌺🌻🌼"; 🌺 (U+1F33A) in "🌹🌷🌹🍀🌺🌻🌼"; 🌻 (U+1F33B) in "🌹🌷🌹🍀🌺🌻🌼"; and 1 more.`)

		placed := sales.Post("/v1/orders", cart("AUTO", line("on_hand", 1))).Is(201)
		require.Equal(t, []string{string(desk.WarnNotPrintable)}, placed.At("warnings").Each("code"), "it confirmed itself")
		draft := place(sales, but(cart("AUTO", line("on_hand", 1)), object{"checkout": false})).At("id").Text()
		require.Equal(t, []string{string(desk.WarnNotPrintable)}, sales.Post(at(draft, "checkout"), nil).Is(200).At("warnings").Each("code"))

		many := []string{place(sales, cart("ROSE", line("on_hand", 1))).At("id").Text()}
		batch := sales.Post("/v1/orders/confirm", object{"ids": many}).Is(207)
		require.Equal(t, []string{string(desk.WarnNotPrintable)}, batch.At("results/0/warnings").Each("code"))
	})
}
