package demo

import "github.com/orderdesk/orderdesk/pkg/company"

// customers are the demo company's customers: on terms and by card, with accents in their names, one without an e-mail
// address, and one whose orders confirm themselves.
func customers() []company.Customer {
	onTerms := func(days int) func(*company.Customer) {
		return func(c *company.Customer) {
			c.TermsDays = days
			c.TermsLabel = map[int]string{7: "Net 7", 14: "Net 14", 21: "Net 21", 30: "Net 30", 45: "Net 45"}[days]
		}
	}
	byCard := func(c *company.Customer) { c.TermsLabel, c.RequireCreditCardPayment = "Prepaid by card", true }
	confirmsItself := func(c *company.Customer) { c.Autoconfirm = company.On }
	taxID := func(id string) func(*company.Customer) { return func(c *company.Customer) { c.TaxID = id } }
	shipTo := func(name, line, city, region, code string) func(*company.Customer) {
		return func(c *company.Customer) {
			place := address(line, city, region, code)
			place.Name, place.Phone = name, c.Phone
			c.ShipTos = append(c.ShipTos, place)
		}
	}
	return []company.Customer{
		account("BLOOM", "Bloom & Thistle", "orders@bloomthistle.example", "+1 718 555 0141", address("214 Court Street", "Brooklyn", "NY", "11201"), byCard),
		account("ROSA", "Florería Rosa Mística", "compras@rosamistica.example", "+1 718 555 0163", address("37-52 82nd Street", "Jackson Heights", "NY", "11372"), onTerms(14), taxID("NY-ST-2207741")),
		account("EDOUARD", "Le Jardin d'Édouard", "atelier@jardin-edouard.example", "+1 212 555 0175", address("402 Bleecker Street", "New York", "NY", "10014"), onTerms(30)),
		account("ODEON", "Odeon Hotel Group", "flowers@odeonhotels.example", "+1 212 555 0107", address("1 Liberty Plaza", "New York", "NY", "10006"), onTerms(45), taxID("NY-ST-9914402"),
			func(c *company.Customer) { c.Emails = append(c.Emails, "accounts.payable@odeonhotels.example") },
			shipTo("Odeon Midtown", "145 West 54th Street", "New York", "NY", "10019"), shipTo("Odeon Harbor", "12 Exchange Place", "Jersey City", "NJ", "07302")),
		account("MUELLER", "Blumen Müller", "info@blumenmueller.example", "+1 914 555 0122", address("61 Warburton Avenue", "Yonkers", "NY", "10701"), byCard),
		account("SAKURA", "Sakura Floral Design", "studio@sakurafloral.example", "+1 201 555 0150", address("1638 Lemoine Avenue", "Fort Lee", "NJ", "07024"), onTerms(14)),
		account("WHITEBARN", "White Barn Weddings", "hello@whitebarn.example", "+1 845 555 0131", address("9 Fishkill Avenue", "Beacon", "NY", "12508"), byCard),
		account("BRIGID", "St. Brigid's Parish", "", "+1 718 555 0199", address("409 Linden Street", "Brooklyn", "NY", "11237"), onTerms(30)),
		account("CORNER", "Corner Bodega Flowers", "corner@bodegaflowers.example", "+1 347 555 0144", address("2310 Arthur Avenue", "Bronx", "NY", "10458"), onTerms(7), confirmsItself),
		account("NORRE", "Nørrebro Blomster", "hej@norrebro.example", "+1 201 555 0188", address("80 Washington Street", "Hoboken", "NJ", "07030"), onTerms(21)),
		account("OSHEA", "O'Shea & Sons Funeral Home", "arrangements@oshea.example", "+1 718 555 0110", address("29-76 Northern Boulevard", "Long Island City", "NY", "11101"), onTerms(30)),
		account("ZANETA", "Żaneta Events", "zaneta@zanetaevents.example", "+1 718 555 0126", address("97 Nassau Avenue", "Greenpoint", "NY", "11222"), byCard),
	}
}

// account is a customer with the usual values. The first letter of the code selects the salesperson.
func account(code, name, email, phone string, a company.Address, more ...func(*company.Customer)) company.Customer {
	who := sales
	if code[0] > 'N' {
		who = manager
	}
	c := company.Customer{
		Code: code, Name: name, Phone: phone, Address: a, Autoconfirm: company.Inherit,
		SalespersonName: who.Name, SalespersonEmail: who.Email,
	}
	if email != "" {
		c.Emails = []string{email}
	}
	for _, m := range more {
		m(&c)
	}
	return c
}

func address(line, city, region, code string) company.Address {
	return company.Address{Line1: line, City: city, Region: region, PostalCode: code, Country: "US"}
}
