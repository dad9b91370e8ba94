package mail_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/mail"
)

var seller = mail.Seller{Name: "Rosa & Sons", Address: "1200 NW 21st Street\nMiami, FL 33142", Contact: "sales@rosa.example"}

func invoice() mail.InvoiceEmail {
	return mail.InvoiceEmail{
		Seller: seller, Customer: "Bloom <Best> & Co.", Number: "INV000123", IssuedOn: "November 23, 2026", Order: "W000123", PONumber: "PO-4711",
		ShipDate: "November 25, 2026", Total: "USD 1,234.50", DueDate: "December 23, 2026", Terms: "Net 30", Attachment: "Invoice-INV000123.pdf",
	}
}

func placed() mail.OrderPlacedEmail {
	return mail.OrderPlacedEmail{
		Seller: seller, Salesperson: "Maria", Customer: "Bloom <Best> & Co.", CustomerCode: "BLOOM", ShipDate: "November 25, 2026",
		PONumber: "PO-4711", Reference: "cart-1", PlacedBy: "Storefront",
		Documents: []mail.PlacedDocument{
			{Kind: "Order", Number: "W000123", Status: "Pending", Lines: "12 lines", Total: "USD 1,234.50", URL: "https://desk.example/v1/orders/1?a=1&b=2"},
			{Kind: "Prebook", Number: "W000124", Status: "Draft", Lines: "1 line", Total: "USD 310.00"},
		},
	}
}

func received() mail.OrderReceivedEmail {
	return mail.OrderReceivedEmail{
		Seller: seller, Customer: "Bloom <Best> & Co.", ShipDate: "November 25, 2026", PONumber: "PO-4711", Reference: "cart-1",
		Documents: placed().Documents, Attachments: []string{"Order-W000123.pdf", "Prebook-W000124.pdf"},
	}
}

func notice() mail.NoticeEmail {
	return mail.NoticeEmail{
		Seller: seller, Salesperson: "Maria", Customer: "Bloom <Best> & Co.", CustomerCode: "BLOOM", Document: "order W000123", URL: "https://desk.example/orders/1",
		About: "Invoice INV000123 from Rosa", Written: "November 23, 2026",
		Recipients: []mail.Undelivered{{Address: "buyer@bloom.example", Bounced: true, Reason: "550 5.1.1 no such user"}, {Address: "ann@bloom.example"}},
	}
}

func TestEmailsSayWhatTheyMust(t *testing.T) {
	type words struct{ subject, text, html string }
	of := func(subject, text, html string) words { return words{subject, text, html} }
	credit := mail.CreditNoteEmail{
		Seller: seller, Customer: "Bloom <Best> & Co.", Number: "CN000007", IssuedOn: "November 24, 2026", Invoice: "INV000123",
		Order: "W000123", PONumber: "PO-4711", Reason: "Late truck", Total: "USD 1,234.50", Attachment: "CN000007.pdf",
	}
	for name, c := range map[string]struct {
		got     words
		subject string
		says    []string
	}{
		"invoice": {of(mail.Invoice(invoice())), "Invoice INV000123 from Rosa & Sons",
			[]string{"INV000123", "W000123", "PO-4711", "November 23, 2026", "November 25, 2026", "USD 1,234.50", "December 23, 2026", "Net 30", "Invoice-INV000123.pdf"}},
		"credit note": {of(mail.CreditNote(credit)), "Credit note CN000007 from Rosa & Sons",
			[]string{"CN000007", "INV000123", "W000123", "PO-4711", "Late truck", "USD 1,234.50", "CN000007.pdf"}},
		"order placed": {of(mail.OrderPlaced(placed())), "Order W000123 and prebook W000124 from Bloom <Best> & Co.",
			[]string{"Maria", "W000123", "W000124", "Pending", "Draft", "12 lines", "1 line", "USD 1,234.50", "USD 310.00", "BLOOM", "November 25, 2026", "PO-4711", "cart-1", "Storefront"}},
		"order received": {of(mail.OrderReceived(received())), "Order W000123 and prebook W000124 received by Rosa & Sons",
			[]string{"W000123", "W000124", "Pending", "Draft", "12 lines", "1 line", "USD 1,234.50", "USD 310.00", "November 25, 2026", "PO-4711", "cart-1",
				"as an order and, for goods that arrive later, a prebook", "They are not invoices", "Order-W000123.pdf", "Prebook-W000124.pdf"}},
		"delivery notice": {of(mail.Notice(notice())), "Not delivered: e-mail about order W000123 of Bloom <Best> & Co.",
			[]string{"Maria", "order W000123", "BLOOM", "buyer@bloom.example", "Refused by the recipient's mail server", "550 5.1.1 no such user", "ann@bloom.example", "Not sent",
				"Invoice INV000123 from Rosa", "November 23, 2026", "send the e-mail again"}},
		"manual": {of(mail.Manual(mail.ManualEmail{Seller: seller, Customer: "Bloom <Best> & Co.", Document: "Order W000123", SentBy: "Maria", Attachment: "o.pdf"})),
			"Order W000123 from Rosa & Sons", []string{"Order W000123", "Maria", "o.pdf"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.subject, c.got.subject)
			for _, s := range append(c.says, "Miami, FL 33142", "sales@rosa.example") {
				require.Contains(t, c.got.text, s)
				require.Contains(t, c.got.html, s)
			}
			require.Contains(t, c.got.text, "Bloom <Best> & Co.")
			require.Contains(t, c.got.html, "Bloom &lt;Best&gt; &amp; Co.")
			require.NotContains(t, c.got.html, "<Best>")
			require.NotRegexp(t, regexp.MustCompile(`(?i)<(img|script|link|iframe)|src=|url\(`), c.got.html, "nothing is loaded from elsewhere")
			require.Less(t, len(c.got.html), 60_000, "Gmail cuts e-mails off at 102 kB")
			require.NotContains(t, c.got.text+c.got.html, "<no value>")
			require.NotContains(t, c.got.text, "\n\n\n")
		})
	}
}

// The customer reads what was received, and that it is no invoice. Links lead to the seller's pages, so there are none.
func TestAnAcknowledgementNamesWhatWasReceived(t *testing.T) {
	for i, says := range []string{
		"Thank you for your order. We have received it, and it is attached. It is not an invoice: the order is invoiced when it is confirmed.",
		"Thank you for your prebook. We have received it, and it is attached. It is not an invoice: its goods are invoiced when they have arrived.",
	} {
		e := received()
		e.Documents, e.Attachments = e.Documents[i:i+1], e.Attachments[i:i+1]
		subject, text, html := mail.OrderReceived(e)
		require.Equal(t, []string{"Order W000123", "Prebook W000124"}[i]+" received by Rosa & Sons", subject)
		require.Contains(t, text, "Dear Bloom <Best> & Co.,\n\n"+says+"\n")
		require.Contains(t, html, says)
		require.NotContains(t, text+html, []string{"W000124", "W000123"}[i])
		require.NotContains(t, html, "<a ")
		require.NotContains(t, text, "https://")
	}
}

func TestWhatIsEmptyIsLeftOut(t *testing.T) {
	_, text, html := mail.Invoice(mail.InvoiceEmail{Seller: mail.Seller{Name: "Rosa"}, Customer: "Bloom", Number: "INV1", Total: "USD 1.00"})
	for _, label := range []string{"Your PO", "Terms", "Due", "Attached:"} {
		require.NotContains(t, text, label)
		require.NotContains(t, html, label)
	}
}

func TestHostileDataStaysData(t *testing.T) {
	attack := `"><script>alert(1)</script>{{.Seller}}<a href='javascript:alert(1)'>`
	e := placed()
	e.Customer, e.Reference, e.PlacedBy, e.Seller.Name, e.Seller.Contact = attack, attack, attack, attack, attack
	e.Documents[0].Number, e.Documents[0].Status = attack, attack
	_, _, html := mail.OrderPlaced(e)
	require.NotContains(t, html, "<script")
	require.NotContains(t, html, "<a href='")
	require.Contains(t, html, "{{.Seller}}", "braces of data are not executed")
	_, _, html = mail.Manual(mail.ManualEmail{Seller: seller, Document: attack, Message: attack, SentBy: attack})
	require.NotContains(t, html, "<script")

	acknowledged := received()
	acknowledged.Customer, acknowledged.Reference, acknowledged.PONumber, acknowledged.Attachments[0], acknowledged.Documents[0].Status = attack, attack, attack, attack, attack
	_, _, html = mail.OrderReceived(acknowledged)
	require.NotContains(t, html, "<script")

	hostile := notice()
	hostile.Customer, hostile.About, hostile.Reason, hostile.Recipients[0].Reason, hostile.Recipients[0].Address = attack, attack, attack, attack, attack
	_, _, html = mail.Notice(hostile)
	require.NotContains(t, html, "<script")

	for _, url := range []string{"javascript:alert(1)", "data:text/html,x", "//desk.example/x", "/v1/orders/1", "https://"} {
		e := placed()
		e.Documents[0].URL = url
		_, text, html := mail.OrderPlaced(e)
		require.NotContains(t, html, "<a ", url)
		require.NotContains(t, text, "Open it", url)
	}
	_, text, html := mail.OrderPlaced(placed())
	require.Contains(t, html, `href="https://desk.example/v1/orders/1?a=1&amp;b=2"`)
	require.Contains(t, text, "https://desk.example/v1/orders/1?a=1&b=2")
}

func TestASubjectIsOneLine(t *testing.T) {
	e := placed()
	e.Customer = "Bloom\x00\r\nBcc: eve@evil.example\u202Egpj." + strings.Repeat("x", 500)
	subject, _, _ := mail.OrderPlaced(e)
	require.Contains(t, subject, "from Bloom Bcc: eve@evil.examplegpj.")
	require.Less(t, len(subject), 260)
	require.NotContains(t, subject, "\x00")

	subject, _, _ = mail.Manual(mail.ManualEmail{Seller: seller, Document: "Order W1", Subject: "Hi\r\nBcc: eve@evil.example"})
	m := message()
	m.Subject = subject
	require.Error(t, m.Check(), "the text of staff is refused, not repaired")
}

func TestAManualEmailKeepsItsParagraphs(t *testing.T) {
	_, text, html := mail.Manual(mail.ManualEmail{Seller: seller, Document: "Order W1", Message: "One.\r\nTwo.\n\n\nThree."})
	require.Contains(t, html, "One.<br>Two.")
	require.Equal(t, 2, strings.Count(html, "<p style=\"margin:0 0 14px\">"))
	require.Contains(t, text, "One.\nTwo.\n\nThree.\n")
	require.NotContains(t, text, "Dear")
}

// A name runs in its own direction and says its language, and what stands around it stays where it is.
func TestEmailsInTheLettersOfTheWorld(t *testing.T) {
	e := invoice()
	e.Customer = "مشتل \u2069الورد"
	_, text, html := mail.Invoice(e)
	require.Contains(t, text, "Dear \u2068مشتل الورد\u2069,\n", "and nothing in the name ends it early")
	require.Contains(t, html, `Dear <bdi lang="und-Arab">`)
	require.Contains(t, html, `<html lang="en" dir="ltr">`)
	require.Contains(t, html, `<table role="presentation" dir="ltr"`, "mail programs drop the html element")

	e.Customer = "株式会社さくら"
	_, text, html = mail.Invoice(e)
	require.Contains(t, text, "Dear 株式会社さくら,\n")
	require.Contains(t, html, `Dear <bdi lang="ja">株式会社さくら</bdi>,`)

	p := placed()
	p.Customer, p.Salesperson = "פרחי השרון", "דנה"
	_, text, html = mail.OrderPlaced(p)
	require.Contains(t, text, "Hello \u2068דנה\u2069,\n\n\u2068פרחי השרון\u2069 has placed")
	require.Contains(t, html, `<bdi lang="he">פרחי השרון</bdi> has placed`)

	_, _, html = mail.Manual(mail.ManualEmail{Seller: seller, Document: "Order W1", Message: "שלום\nתודה\n\nThanks."})
	require.Contains(t, html, `<p dir="auto" lang="he" style="margin:0 0 14px">שלום<br>תודה</p>`)
	require.Contains(t, html, `<p style="margin:0 0 14px">Thanks.</p>`)
}

// Numbers and codes among letters that run from right to left keep their direction, in every e-mail and in both of its parts.
func TestNumbersInEmailsKeepTheirDirection(t *testing.T) {
	const one, apart = "القاهرة 10-1", "القاهرة \u206810-1\u2069"
	ours := mail.Seller{Name: one, Address: one, Contact: one}
	i, p, r, n := invoice(), placed(), received(), notice()
	i.Seller, i.Customer, i.PONumber, i.Terms = ours, one, one, one
	p.Seller, p.Customer, p.Salesperson, p.PONumber, p.Reference, p.PlacedBy = ours, one, one, one, one, one
	r.Seller, r.Customer, r.PONumber = ours, one, one
	n.Seller, n.Customer, n.Salesperson, n.Recipients[0].Reason = ours, one, one, one
	note := mail.CreditNoteEmail{Seller: ours, Customer: one, Number: "CN1", Invoice: "INV1", Order: "W1", Reason: one, PONumber: one}
	manual := mail.ManualEmail{Seller: ours, Customer: one, Document: "Order W1", Message: one + "\nTel. 02-1\n\n" + one, SentBy: one}
	for name, render := range map[string]func() (string, string, string){
		"invoice": func() (string, string, string) { return mail.Invoice(i) }, "placed": func() (string, string, string) { return mail.OrderPlaced(p) },
		"received": func() (string, string, string) { return mail.OrderReceived(r) }, "notice": func() (string, string, string) { return mail.Notice(n) },
		"credit note": func() (string, string, string) { return mail.CreditNote(note) }, "manual": func() (string, string, string) { return mail.Manual(manual) },
	} {
		_, text, html := render()
		for part, of := range map[string]string{"text": text, "html": html} {
			require.Greater(t, strings.Count(of, apart), 3, "%s, %s", name, part)
			require.NotContains(t, of, one, "%s, %s", name, part)
		}
	}
}
