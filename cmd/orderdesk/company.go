package main

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/orderdesk/orderdesk/pkg/store"
)

func (p program) companyAdd(ctx context.Context, args []string) error {
	f := p.flags("company add", "--name NAME --currency CODE [flags]",
		"Adds a seller company to the database at DATABASE_URL, and prints its id: the company_id of its tokens.")
	id := f.String("id", "", "the company's `UUID`, if it has one already (default: a new one)")
	name := f.String("name", "", "the company's `name`")
	currency := f.String("currency", "", "the currency `code` of the company, such as USD; it cannot be changed later")
	zone := f.String("time-zone", "", "the IANA `name` of its time zone, such as America/New_York (default UTC)")
	if err := parse(f, args); err != nil {
		return err
	}
	known, err := uuid.Parse(*id)
	switch _, ok := money.Digits(*currency); {
	case *id != "" && err != nil:
		return misuse("--id %q is not a UUID", *id)
	case canon.Blank(*name):
		return misuse("--name is missing")
	case strings.ContainsFunc(*name, unicode.IsControl):
		return misuse("--name %q contains a line break or another control character", *name)
	case *currency == "":
		return misuse("--currency is missing, such as --currency USD")
	case !ok:
		return misuse("--currency %q is not a currency: write its ISO 4217 code, such as USD", *currency)
	}
	if *zone != "" && !company.KnownZone(*zone) {
		return misuse("--time-zone %q is unknown: write an IANA name, such as America/New_York", *zone)
	}
	if *id == "" {
		known = uuid.Must(uuid.NewV7())
	}
	return p.withStore(ctx, func(st *store.Store) error {
		d := desk.New(desk.Options{Store: st})
		return p.addCompany(ctx, st, d, known.String(), canon.Line(canon.Clean(canon.Text(*name))), *currency, *zone)
	})
}

func (p program) addCompany(ctx context.Context, st *store.Store, d *desk.Service, id, name, currency, zone string) error {
	if c, err := st.For(id).Company(ctx); err == nil {
		return fmt.Errorf("the company %s exists already: %s", id, c.Name)
	} else if !fault.Is(err, fault.CompanyNotSeller) {
		return err
	}
	if _, err := d.AddCompany(ctx, id, name, currency); err != nil {
		return err
	}
	if zone != "" {
		who := desk.Call{Actor: operator(id), Operation: "addCompany", IfMatch: &desk.Match{Any: true}}
		_, err := d.EditSettings(ctx, who, desk.Fixed[desk.Settings](company.SettingsRevision{TimeZone: &zone}), func(desk.Settings) (desk.Answer, error) { return desk.Answer{}, nil })
		if err != nil {
			return fmt.Errorf("set the time zone of company %s, which was added: %w", id, err)
		}
	}
	fmt.Fprintln(p.stdout, id)
	return nil
}

// operator is the actor of a command that changes a company.
func operator(companyID string) auth.Actor {
	return auth.Actor{CompanyID: companyID, Subject: "orderdesk", Name: "orderdesk", Roles: []auth.Role{auth.Admin}}
}
