package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/billing"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// story is everything that happened at the company, in any order; tell makes it happen in the order of time.
type story struct {
	desk  *desk.Service
	clock *clock
	end   time.Time // nothing happens after it
	today time.Time // its day at the company
	deeds []deed
}

// deed is something that somebody did.
type deed struct {
	at   time.Time
	what string
	do   func(ctx context.Context) error
}

func (s *story) add(at time.Time, what string, do func(ctx context.Context) error) {
	s.deeds = append(s.deeds, deed{at, what, do})
}

// tell makes everything happen, and sends the e-mails after each.
func (s *story) tell(ctx context.Context) error {
	slices.SortStableFunc(s.deeds, func(a, b deed) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	for _, d := range s.deeds {
		s.clock.reach(d.at)
		if err := d.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", d.what, err)
		}
		for sent := true; sent; {
			var err error
			if sent, err = s.desk.Post(ctx); err != nil {
				return fmt.Errorf("send e-mails after %s: %w", d.what, err)
			}
		}
	}
	return nil
}

// day is the calendar day of a moment at the company, as midnight UTC.
func day(at time.Time) time.Time { return company.Settings{TimeZone: zone}.DayOf(at) }

// on is a time of day at the company, so many days ago; it is in the past, so not today.
func (s *story) on(daysAgo int, clock string) time.Time {
	hour, minute, _ := company.ParseClock(clock)
	d := s.today.AddDate(0, 0, -daysAgo)
	return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, company.Settings{TimeZone: zone}.Location())
}

// ago is so many minutes before now.
func (s *story) ago(minutes int) time.Time { return s.end.Add(-time.Duration(minutes) * time.Minute) }

// cart is one that ships so many days from today, to the customer's door.
func (s *story) cart(customer string, ships int, lines ...order.CartLine) order.Cart {
	c := order.Cart{CustomerCode: customer, Checkout: true, Header: order.Header{ShipDate: s.today.AddDate(0, 0, ships), Carrier: "Armellini"}, Lines: lines}
	for _, cu := range customers() {
		if cu.Code == customer {
			c.ShipTo = cu.Address
			c.ShipTo.Name, c.ShipTo.Phone = cu.Name, cu.Phone
		}
	}
	return c
}

// papers are what a cart became, once it is placed.
type papers struct {
	*story
	name           string
	order, prebook string // ids; empty: there is none
}

// place is somebody placing a cart.
func (s *story) place(at time.Time, who auth.Actor, c order.Cart) *papers {
	p := &papers{story: s, name: "a cart of " + c.CustomerCode}
	s.add(at, "place "+p.name, func(ctx context.Context) error {
		var placed desk.Placed
		if _, err := s.desk.Place(ctx, call(who, "placeOrder"), c, keep(&placed)); err != nil {
			return err
		}
		for _, v := range placed.Orders {
			if v.Kind == order.KindOrder {
				p.order = v.ID
			} else {
				p.prebook = v.ID
			}
		}
		return nil
	})
	return p
}

// confirm is somebody confirming the order.
func (p *papers) confirm(at time.Time, who auth.Actor) *papers {
	p.add(at, "confirm "+p.name, func(ctx context.Context) error {
		_, err := p.desk.Confirm(ctx, call(who, "confirmOrder"), p.order, ignore)
		return err
	})
	return p
}

// checkout is somebody submitting the draft.
func (p *papers) checkout(at time.Time, who auth.Actor) *papers {
	p.add(at, "check out "+p.name, func(ctx context.Context) error {
		_, err := p.desk.Checkout(ctx, call(who, "checkoutOrder"), p.order, nil, ignore)
		return err
	})
	return p
}

// take is somebody checking out the prebook's first lines.
func (p *papers) take(at time.Time, who auth.Actor, lines int) *papers {
	p.add(at, "check out lines of "+p.name, func(ctx context.Context) error {
		v, err := p.desk.Details(ctx, who, p.prebook)
		if err != nil {
			return err
		}
		var ids []string
		for _, l := range v.Lines[:lines] {
			ids = append(ids, l.ID)
		}
		_, err = p.desk.Checkout(ctx, call(who, "checkoutOrder"), p.prebook, ids, ignore)
		return err
	})
	return p
}

// bill is somebody billing what is checked out of the prebook. What comes of it is the order that later steps are about.
func (p *papers) bill(at time.Time, who auth.Actor) *papers {
	p.add(at, "bill "+p.name, func(ctx context.Context) error {
		var bill desk.View
		v, err := p.desk.Details(ctx, who, p.prebook)
		if err != nil {
			return err
		}
		var ids []string
		for _, l := range v.Lines {
			if l.Status == order.LineCheckedOut {
				ids = append(ids, l.ID)
			}
		}
		_, err = p.desk.Bill(ctx, call(who, "billOrder"), p.prebook, ids, keep(&bill))
		p.order = bill.ID
		return err
	})
	return p
}

// void is somebody voiding the order or, where there is none, the prebook.
func (p *papers) void(at time.Time, who auth.Actor, reason string) *papers {
	p.add(at, "void "+p.name, func(ctx context.Context) error {
		_, err := p.desk.Void(ctx, call(who, "voidOrder"), cmp.Or(p.order, p.prebook), reason, ignore)
		return err
	})
	return p
}

// How much of what is open a payment comes to.
type share func(open money.Amount) money.Amount

func all(open money.Amount) money.Amount     { return open }
func half(open money.Amount) money.Amount    { return open / 2 }
func tooMuch(open money.Amount) money.Amount { return open + 2500 }

// pay is a payment arriving.
func (p *papers) pay(at time.Time, who auth.Actor, method billing.Method, reference string, of share) *papers {
	p.add(at, "pay "+p.name, func(ctx context.Context) error {
		return p.book(ctx, who, desk.Booking{Kind: billing.KindPayment, Method: method, Reference: reference}, func(o order.Order) money.Amount { return of(o.Balance) })
	})
	return p
}

// refund is all that was paid going back.
func (p *papers) refund(at time.Time, who auth.Actor, method billing.Method, reference string) *papers {
	p.add(at, "refund "+p.name, func(ctx context.Context) error {
		return p.book(ctx, who, desk.Booking{Kind: billing.KindRefund, Method: method, Reference: reference, Notes: "Order voided"},
			func(o order.Order) money.Amount { return o.Paid - o.Refunded })
	})
	return p
}

func (p *papers) book(ctx context.Context, who auth.Actor, b desk.Booking, amount func(order.Order) money.Amount) error {
	v, err := p.desk.Details(ctx, who, p.order)
	if err != nil {
		return err
	}
	b.Amount = amount(v.Order).Format(v.Digits())
	_, err = p.desk.Book(ctx, call(who, "recordPayment"), p.order, b, ignore)
	return err
}

// write is somebody sending the document by hand.
func (p *papers) write(at time.Time, who auth.Actor, message string) *papers {
	p.add(at, "e-mail "+p.name, func(ctx context.Context) error {
		_, err := p.desk.Email(ctx, call(who, "emailOrder"), cmp.Or(p.order, p.prebook), desk.ManualEmail{Message: message}, ignore)
		return err
	})
	return p
}

// heard is the mail provider telling how the newest e-mail to the customer fared.
func (p *papers) heard(at time.Time, kind email.EventKind) *papers {
	p.add(at, "hear of the e-mail about "+p.name, func(ctx context.Context) error {
		page, err := p.desk.Emails(ctx, admin, desk.EmailFilter{OrderID: p.order})
		if err != nil {
			return err
		}
		for _, e := range page.Emails {
			if e.Kind != email.KindOrderPlaced {
				for _, to := range e.Recipients {
					if err := p.desk.ReceiveEmailEvent(ctx, e.ID, email.Event{Kind: kind, Recipient: to, At: p.clock.at}); err != nil {
						return err
					}
				}
				return nil
			}
		}
		return fmt.Errorf("there is no e-mail")
	})
	return p
}
