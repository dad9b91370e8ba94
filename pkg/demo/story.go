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

// story is the history of the company, in any order. tell runs it in the order of time.
type story struct {
	desk  *desk.Service
	clock *clock
	end   time.Time // nothing happens after it
	today time.Time // the company's local date at the end
	deeds []deed
}

// deed is one action of a person.
type deed struct {
	at   time.Time
	what string
	do   func(ctx context.Context) error
}

func (s *story) add(at time.Time, what string, do func(ctx context.Context) error) {
	s.deeds = append(s.deeds, deed{at, what, do})
}

// tell runs all actions, and sends the e-mails after each.
func (s *story) tell(ctx context.Context) error {
	slices.SortStableFunc(s.deeds, func(a, b deed) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	for _, d := range s.deeds {
		s.clock.reach(d.at)
		if err := d.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", d.what, err)
		}
		for more := true; more; {
			posted, err := s.desk.Post(ctx)
			if err != nil {
				return fmt.Errorf("send e-mails after %s: %w", d.what, err)
			}
			more = posted.Sent
		}
	}
	return nil
}

// day is the company's calendar date at a time, as midnight UTC.
func day(at time.Time) time.Time { return company.Settings{TimeZone: zone}.DayOf(at) }

// on is a time of day at the company, daysAgo days ago, which must be at least 1.
func (s *story) on(daysAgo int, clock string) time.Time {
	hour, minute, _ := company.ParseClock(clock)
	d := s.today.AddDate(0, 0, -daysAgo)
	return time.Date(d.Year(), d.Month(), d.Day(), hour, minute, 0, 0, company.Settings{TimeZone: zone}.Location())
}

// ago is a number of minutes before the end.
func (s *story) ago(minutes int) time.Time { return s.end.Add(-time.Duration(minutes) * time.Minute) }

// cart ships the given number of days from today, to the customer's address.
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

// documents are the documents of a cart, once it is placed.
type documents struct {
	*story
	name           string
	order, prebook string // ids; empty: there is none
}

// place places a cart.
func (s *story) place(at time.Time, who auth.Actor, c order.Cart) *documents {
	p := &documents{story: s, name: "a cart of " + c.CustomerCode}
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

// confirm confirms the order.
func (p *documents) confirm(at time.Time, who auth.Actor) *documents {
	p.add(at, "confirm "+p.name, func(ctx context.Context) error {
		_, err := p.desk.Confirm(ctx, call(who, "confirmOrder"), p.order, ignore)
		return err
	})
	return p
}

// checkout submits the draft.
func (p *documents) checkout(at time.Time, who auth.Actor) *documents {
	p.add(at, "check out "+p.name, func(ctx context.Context) error {
		_, err := p.desk.Checkout(ctx, call(who, "checkoutOrder"), p.order, nil, ignore)
		return err
	})
	return p
}

// take checks out the first lines of the prebook.
func (p *documents) take(at time.Time, who auth.Actor, lines int) *documents {
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

// bill bills the checked-out lines of the prebook. The later steps are about the new order.
func (p *documents) bill(at time.Time, who auth.Actor) *documents {
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

// void voids the order or, if there is none, the prebook.
func (p *documents) void(at time.Time, who auth.Actor, reason string) *documents {
	p.add(at, "void "+p.name, func(ctx context.Context) error {
		_, err := p.desk.Void(ctx, call(who, "voidOrder"), cmp.Or(p.order, p.prebook), reason, ignore)
		return err
	})
	return p
}

// share is the part of the open amount that a payment covers.
type share func(open money.Amount) money.Amount

func all(open money.Amount) money.Amount     { return open }
func half(open money.Amount) money.Amount    { return open / 2 }
func tooMuch(open money.Amount) money.Amount { return open + 2500 }

// pay books a payment.
func (p *documents) pay(at time.Time, who auth.Actor, method billing.Method, reference string, of share) *documents {
	p.add(at, "pay "+p.name, func(ctx context.Context) error {
		return p.book(ctx, who, desk.Booking{Kind: billing.KindPayment, Method: method, Reference: reference}, func(o order.Order) money.Amount { return of(o.Balance) })
	})
	return p
}

// refund books a refund of everything that was paid.
func (p *documents) refund(at time.Time, who auth.Actor, method billing.Method, reference string) *documents {
	p.add(at, "refund "+p.name, func(ctx context.Context) error {
		return p.book(ctx, who, desk.Booking{Kind: billing.KindRefund, Method: method, Reference: reference, Notes: "Order voided"},
			func(o order.Order) money.Amount { return o.Paid - o.Refunded })
	})
	return p
}

func (p *documents) book(ctx context.Context, who auth.Actor, b desk.Booking, amount func(order.Order) money.Amount) error {
	v, err := p.desk.Details(ctx, who, p.order)
	if err != nil {
		return err
	}
	b.Amount = amount(v.Order).Format(v.Digits())
	_, err = p.desk.Book(ctx, call(who, "recordPayment"), p.order, b, ignore)
	return err
}

// write sends the document with a manual e-mail.
func (p *documents) write(at time.Time, who auth.Actor, message string) *documents {
	p.add(at, "e-mail "+p.name, func(ctx context.Context) error {
		_, err := p.desk.Email(ctx, call(who, "emailOrder"), cmp.Or(p.order, p.prebook), desk.ManualEmail{Message: message}, ignore)
		return err
	})
	return p
}

// heard applies an event of the mail provider to the newest e-mail to the customer.
func (p *documents) heard(at time.Time, kind email.EventKind) *documents {
	p.add(at, "apply an event to the e-mail about "+p.name, func(ctx context.Context) error {
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
