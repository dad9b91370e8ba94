package desk

import (
	"context"
	"reflect"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Settings is the company with its settings and the logo of its letterhead.
type Settings struct {
	company.Company
	Logo company.Logo // zero: none
}

// Known returns the fault company_not_seller unless the actor's company exists. Companies are never removed, so the
// result is cached.
func (s *Service) Known(ctx context.Context, who auth.Actor) error {
	if _, known := s.knownCompanies.Load(who.CompanyID); known {
		return nil
	}
	_, err := s.store.For(who.CompanyID).Company(ctx)
	if err == nil {
		s.knownCompanies.Store(who.CompanyID, true)
	}
	return err
}

// Company returns the caller's company. It needs no permission.
func (s *Service) Company(ctx context.Context, who auth.Actor) (company.Company, error) {
	return s.store.For(who.CompanyID).Company(ctx)
}

// Settings returns the company's settings, for the roles that may change them.
func (s *Service) Settings(ctx context.Context, who auth.Actor) (Settings, error) {
	if err := who.Require(auth.SettingsRead); err != nil {
		return Settings{}, err
	}
	tenant := s.store.For(who.CompanyID)
	co, err := tenant.Company(ctx)
	if err != nil {
		return Settings{}, err
	}
	logo, err := tenant.Logo(ctx, co.LogoHash)
	return Settings{Company: co, Logo: logo}, err
}

// EditSettingsRefusals is the codes of EditSettings's refusals, except those that every write shares.
var EditSettingsRefusals = []fault.Code{fault.SettingsChanged}

// EditSettings changes the settings. It calls read inside the transaction with the current settings; read returns the
// changes. Faults from read and from the rules are returned together. An edit without a change writes nothing.
//
// Faults: if_match_required, role_not_allowed, and [EditSettingsRefusals]; body_invalid.
func (s *Service) EditSettings(ctx context.Context, call Call, read func(Settings) (company.SettingsRevision, []fault.Field), encode Encode[Settings]) (Reply, error) {
	if err := call.Actor.Require(auth.SettingsWrite); err != nil {
		return Reply{}, err
	}
	if err := call.requireMatch(); err != nil {
		return Reply{}, err
	}
	return once(ctx, s, call, encode, func(u unit) (Settings, error) {
		co, err := u.tx.Company(ctx)
		if err != nil {
			return Settings{}, err
		}
		if !call.versionMatches(co.Version) {
			return Settings{}, call.mismatch(fault.SettingsChanged, co.Version, "The settings were changed after you read them. Look at them again, and repeat your change.")
		}
		set := Settings{Company: co}
		if set.Logo, err = u.tx.Logo(ctx, co.LogoHash); err != nil {
			return set, err
		}
		was := set
		edit, faults := read(set)
		faults = append(faults, set.Apply(edit, &set.Logo)...)
		if err := call.MergeFaults(fault.InvalidBody(faults)); err != nil {
			return set, err
		}
		if set.LogoHash != was.LogoHash && set.LogoHash != "" {
			u.tx.AddLogo(set.Logo)
		}
		if reflect.DeepEqual(was, set) {
			return set, nil
		}
		set.UpdatedAt = u.stamp
		return set, u.tx.UpdateSettings(&set.Company)
	})
}

// AddCompany adds a seller company with default settings.
func (s *Service) AddCompany(ctx context.Context, id, name, currency string) (company.Company, error) {
	now, err := s.databaseNow(ctx)
	if err != nil {
		return company.Company{}, err
	}
	c := company.Company{ID: id, Name: name, Currency: currency, CreatedAt: now, UpdatedAt: now, Version: 1, Settings: company.Defaults()}
	return c, s.store.System().AddCompany(ctx, c)
}
