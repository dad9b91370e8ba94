package tradedata

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// maker draws the data in a fixed order, so that a seed always gives the same data.
type maker struct {
	*rand.Rand
	products []product
}

type product struct {
	sku, name string
	cents     int64
}

// Make creates the data of a seed. Every seed gives the same numbers of customers, orders and lines in each order.
func Make(seed uint64) Data {
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 0))}
	m.products = m.catalogue()
	d := Data{Customers: m.customers()}
	sizes := m.orderSizes()
	buyers := m.buyers(d.Customers[:len(d.Customers)-2], len(sizes)) // two customers have no order
	for i, size := range sizes {
		d.Orders = append(d.Orders, m.order(20001+i, size, workday(i*479/len(sizes)), buyers[i]))
	}
	return d
}

// workday is the nth day of trade, without Saturdays and Sundays.
func workday(n int) time.Time {
	return time.Date(2021, 7, 5, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n/5*7+n%5)
}

// orderSizes returns the number of lines of each order: mostly two or three, and twenty-five once.
func (m *maker) orderSizes() []int {
	var sizes []int
	for _, s := range []struct{ lines, orders int }{{1, 137}, {2, 283}, {3, 248}, {4, 125}, {5, 33}, {6, 3}, {25, 1}} {
		for range s.orders {
			sizes = append(sizes, s.lines)
		}
	}
	m.Shuffle(len(sizes), func(i, j int) { sizes[i], sizes[j] = sizes[j], sizes[i] })
	return sizes
}

// buyers returns the customer of each order. Every customer buys at least once.
func (m *maker) buyers(customers []Customer, orders int) []Customer {
	all := append([]Customer{}, customers...)
	for len(all) < orders {
		all = append(all, customers[m.skewed(len(customers))])
	}
	m.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// skewed draws from 0 to n-1. Lower numbers are more frequent, so that a few customers buy much.
func (m *maker) skewed(n int) int { return min(m.IntN(n), m.IntN(n)) }

func (m *maker) order(number, size int, placed time.Time, c Customer) Order {
	o := Order{
		Number: fmt.Sprint(number), CustomerCode: c.Code, SoldBy: employees[m.skewed(len(employees))],
		PlacedOn: placed, RequiredOn: placed.AddDate(0, 0, pick(m, 28, 28, 28, 28, 28, 28, 28, 28, 14, 42)),
		Carrier: pick(m, carriers...), Freight: m.freight(), Recipient: c.Name, ShipTo: c.Address,
	}
	if m.IntN(12) == 0 { // to a branch
		o.Recipient, o.ShipTo = c.Name+" – filial", m.address(countries[m.IntN(len(countries))])
	}
	for _, p := range m.Perm(len(m.products))[:size] {
		l := Line{SKU: m.products[p].sku, Description: m.products[p].name, Units: m.units(), Price: money(m.products[p].cents), Discount: m.discount()}
		if placed.Year() == 2021 { // the prices of the first half-year
			l.Price = money(m.products[p].cents * 4 / 5)
		}
		o.Lines = append(o.Lines, l)
	}
	return o
}

// units is up to 130. Round numbers are frequent.
func (m *maker) units() int64 {
	if m.IntN(100) == 0 {
		return 60 + 10*m.Int64N(8)
	}
	if m.IntN(2) == 0 {
		return 5 * (1 + m.Int64N(12))
	}
	return 1 + m.Int64N(55)
}

// discount is 0 for six of ten lines. A few discounts are not a multiple of five per cent.
func (m *maker) discount() string {
	switch n := m.IntN(1000); {
	case n < 611:
		return "0"
	case n < 615:
		return fmt.Sprintf("0.%02d", 1+m.IntN(6))
	}
	return pick(m, "0.05", "0.1", "0.15", "0.2", "0.25")
}

// freight is between a few cents and a thousand. Most are small.
func (m *maker) freight() string {
	most := pick(m, int64(100), 2_000, 2_000, 8_000, 8_000, 20_000, 100_000)
	return money(2 + m.Int64N(most))
}

func money(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

// catalogue returns 77 products, from cheap to very expensive.
func (m *maker) catalogue() []product {
	var all []product
	for _, flower := range flowers {
		for _, variety := range varieties {
			cents := pick(m, int64(200), 500, 1_000, 2_000, 4_000, 12_000) + m.Int64N(400)*5
			all = append(all, product{sku: fmt.Sprintf("P%d", len(all)+1), name: flower + " " + variety, cents: cents})
		}
	}
	all[37].cents = 26_350
	return all
}

// customers returns the customers of all countries. Their codes are five letters of their names.
func (m *maker) customers() []Customer {
	var all []Customer
	taken, named := map[string]bool{}, map[string]bool{}
	for _, c := range countries {
		for range c.customers {
			owner := c.owners[m.IntN(len(c.owners))]
			name, where := strings.ReplaceAll(c.shops[m.IntN(len(c.shops))], "*", owner), m.address(c)
			if named[name] {
				name += ", " + where.Line1
			}
			named[name] = true
			all = append(all, Customer{
				Code: code(name, taken), Name: name, Phone: fmt.Sprintf("+%d %d %d", c.dial, 10+m.IntN(90), 1_000_000+m.IntN(9_000_000)), Address: where,
			})
		}
	}
	m.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// code returns the first letters A to Z of the name. It replaces the last ones if the code is taken.
func code(name string, taken map[string]bool) string {
	letters := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, strings.ToUpper(name)) + "XXXXX"
	c := letters[:5]
	for i := 0; taken[c]; i++ {
		c = letters[:3] + string(rune('A'+i/26)) + string(rune('A'+i%26))
	}
	taken[c] = true
	return c
}

// address is in one of the country's cities. It has no region if the country has none, and sometimes no postal code.
func (m *maker) address(c country) Address {
	where := c.cities[m.IntN(len(c.cities))]
	a := Address{
		Line1: strings.ReplaceAll(c.streets[m.IntN(len(c.streets))], "#", fmt.Sprint(1+m.IntN(240))), City: where.name, Region: where.region, Country: c.name,
	}
	if m.IntN(40) > 0 && c.postal != "" {
		a.PostalCode = strings.Map(func(r rune) rune {
			switch r {
			case '9':
				return rune('0' + m.IntN(10))
			case 'A':
				return rune('A' + m.IntN(26))
			}
			return r
		}, c.postal)
	}
	return a
}

// pick draws one of the choices. A choice that is listed twice is drawn twice as often.
func pick[T any](m *maker, choices ...T) T { return choices[m.IntN(len(choices))] }
