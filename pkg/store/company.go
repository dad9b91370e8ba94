package store

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

var companyByID = "SELECT " + companyColumns + " FROM companies WHERE id = ?"

func unknownCompany() error {
	return fault.New(fault.CompanyNotSeller, "The token's company is not a seller company that this service knows.")
}

// Company returns the company with its settings.
func (r reader) Company(ctx context.Context) (company.Company, error) {
	var c company.Company
	res := r.in(ctx).Raw(companyByID, r.company).Scan(&c)
	if res.Error == nil && res.RowsAffected == 0 {
		return c, unknownCompany()
	}
	return c, translate(res.Error)
}

// Logo returns the logo with this hash. An empty hash gives an empty logo.
func (r reader) Logo(ctx context.Context, hash string) (company.Logo, error) {
	var l company.Logo
	if hash == "" {
		return l, nil
	}
	err := r.in(ctx).Raw("SELECT "+logoColumns+" FROM logos WHERE company_id = ? AND hash = ?", r.company, hash).Scan(&l).Error
	return l, translate(err)
}

// UpdateSettings saves the settings of a company read in this transaction. It returns ErrStale if another transaction
// saved first.
func (tx *Tx) UpdateSettings(c *company.Company) error {
	was := c.Version
	c.Version++
	return tx.update(c, "id = ? AND version = ?", []any{c.ID, was}, nil, "id", "created_at")
}

// AddLogo stores a logo. A logo that exists already is kept.
func (tx *Tx) AddLogo(l company.Logo) {
	tx.later(statement{sql: "INSERT INTO logos (company_id, hash, media_type, data) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		args: []any{tx.company, l.Hash, l.MediaType, l.Data}})
}

// AddCompany adds a seller company with its counters at zero.
func (s System) AddCompany(ctx context.Context, c company.Company) error {
	_, err := InTx(ctx, s.store.For(c.ID), func(tx *Tx) (struct{}, error) {
		if err := tx.create(&c, nil); err != nil {
			return struct{}{}, err
		}
		for _, series := range []string{"order", "invoice", "credit_note"} {
			tx.later(statement{sql: "INSERT INTO counters (company_id, series, value) VALUES (?, ?, 0)", args: []any{c.ID, series}})
		}
		tx.later(statement{sql: "INSERT INTO mail_turns (company_id, served_at) VALUES (?, ?)", args: []any{c.ID, time.Unix(0, 0).UTC()}})
		return struct{}{}, nil
	})
	return err
}
