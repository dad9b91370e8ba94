package store

import (
	"context"
	"fmt"
	"time"

	"github.com/orderdesk/orderdesk/pkg/email"
	"github.com/riverqueue/river"
	"gorm.io/gorm/clause"
)

// WakeMail is the job that wakes a mail worker. It names no e-mail, because the outbox decides which one goes next.
type WakeMail struct{}

// Kind returns the job's name in the queue.
func (WakeMail) Kind() string { return "mail" }

// WakeMail enqueues the job in this transaction, to run at the given time or, if it is zero, once the transaction
// commits. One job serves all e-mails of the transaction.
func (tx *Tx) WakeMail(ctx context.Context, at time.Time) error {
	if at.IsZero() {
		if tx.woken {
			return nil
		}
		tx.woken = true
		if insert := tx.store.insertMailJob; insert != "" {
			tx.later(statement{sql: insert})
			return nil
		}
	}
	if err := tx.sendClaim(ctx); err != nil {
		return err
	}
	_, err := tx.store.jobs.InsertTx(ctx, tx.sql, WakeMail{}, &river.InsertOpts{ScheduledAt: at, MaxAttempts: 3})
	return err
}

// insertMailJobPostgres inserts the row that River inserts for WakeMail, so that it goes with the other writes of a transaction. River's
// own way takes a round trip of its own.
const insertMailJobPostgres = `INSERT INTO river_job (kind, args, max_attempts, metadata, priority, queue, state, tags)
	VALUES ('mail', '{}', 3, '{}', 1, 'default', 'available', '{}')`

// CreateEmails adds e-mails to the outbox.
func (tx *Tx) CreateEmails(emails []email.Email) error {
	return createAll(tx, emails, func(error) error { return ErrStale })
}

// Email returns an e-mail of the company by id, and whether it exists.
func (r reader) Email(ctx context.Context, id string) (email.Email, bool, error) {
	var e email.Email
	res := r.in(ctx).Raw("SELECT "+emailColumns+" FROM emails WHERE company_id = ? AND id = ?", r.company, id).Scan(&e)
	return e, res.RowsAffected == 1, translate(res.Error)
}

// InvoiceEmail returns the e-mail with an invoice to its customer, if there is one.
func (r reader) InvoiceEmail(ctx context.Context, invoiceID string) (email.Email, bool, error) {
	var e email.Email
	res := r.in(ctx).Raw("SELECT "+emailColumns+" FROM emails WHERE company_id = ? AND invoice_id = ? AND kind = 'invoice'", r.company, invoiceID).Scan(&e)
	return e, res.RowsAffected == 1, translate(res.Error)
}

// SalespersonNotified reports whether the e-mail about a checkout was queued already.
func (r reader) SalespersonNotified(ctx context.Context, checkoutID string) (bool, error) {
	var n int
	err := r.in(ctx).Raw("SELECT count(*) FROM emails WHERE company_id = ? AND checkout_id = ? AND kind = 'order_placed'", r.company, checkoutID).Scan(&n).Error
	return n > 0, translate(err)
}

// SubmittedBefore reports whether a checkout already has its e-mail to the customer, or lines of another document of it were
// submitted without it.
func (r reader) SubmittedBefore(ctx context.Context, checkoutID, orderID string) (bool, error) {
	var n int
	err := r.in(ctx).Raw(`SELECT (SELECT count(*) FROM emails WHERE company_id = ? AND checkout_id = ? AND kind = 'order_received')
		+ (SELECT count(*) FROM orders WHERE company_id = ? AND checkout_id = ? AND id <> ?
			AND (lines_checked_out > 0 OR kind = 'order' AND checked_out_at IS NOT NULL))`,
		r.company, checkoutID, r.company, checkoutID, orderID).Scan(&n).Error
	return n > 0, translate(err)
}

// NoticeAbout reports whether the salesperson was told that an e-mail was not delivered.
func (r reader) NoticeAbout(ctx context.Context, emailID string) (bool, error) {
	var n int
	err := r.in(ctx).Raw("SELECT count(*) FROM emails WHERE company_id = ? AND about_email_id = ? AND kind = 'delivery_notice'", r.company, emailID).Scan(&n).Error
	return n > 0, translate(err)
}

// ClaimDue claims the oldest due e-mails of the company that nobody else is claiming, at most this many. It counts them if the backlog
// of a pause is being sent.
func (tx *Tx) ClaimDue(ctx context.Context, now time.Time, pause MailPause, most int) ([]email.Email, error) {
	var due, claimed []email.Email
	err := tx.in(ctx).Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}). // SQLite has one writer
												Where("company_id = ? AND state IN ('queued', 'unknown') AND unknown_attempts < ? AND next_attempt_at <= ?", tx.company, email.UnknownLimit, now).
												Order("next_attempt_at").Limit(most).Find(&due).Error
	if err != nil {
		return nil, translate(err)
	}
	for _, e := range due {
		was := e
		if !e.Claim(now) {
			continue
		}
		if err := tx.UpdateEmail(&e, was); err != nil {
			return nil, err
		}
		claimed = append(claimed, e)
	}
	if len(claimed) > 0 {
		tx.later(statement{sql: "UPDATE mail_turns SET served_at = ? WHERE company_id = ?", args: []any{now, tx.company}})
		tx.releaseMail(pause, now, len(claimed))
	}
	return claimed, nil
}

// UpdateEmail saves an e-mail that this transaction read as was. It returns ErrStale if another transaction settled it
// first.
func (tx *Tx) UpdateEmail(e *email.Email, was email.Email) error {
	return tx.update(e, "company_id = ? AND id = ? AND state = ? AND attempts = ? AND updated_at = ?",
		[]any{tx.company, e.ID, string(was.State), was.Attempts, was.UpdatedAt.UTC()}, nil,
		"company_id", "id", "order_id", "about_email_id", "created_at")
}

// ShowEmailStatus writes the e-mail's status to its order, with the stamp of the change, if it is the newest e-mail to the customer.
func (tx *Tx) ShowEmailStatus(e *email.Email, stamp time.Time) {
	if !e.ToCustomer() {
		return
	}
	tx.later(statement{
		sql: `UPDATE orders SET email_status = ?, updated_at = ? WHERE company_id = ? AND id = ? AND NOT EXISTS (
			SELECT 1 FROM emails newer WHERE newer.company_id = orders.company_id AND newer.order_id = orders.id
			AND newer.kind NOT IN ('order_placed', 'delivery_notice') AND (newer.created_at > ? OR newer.created_at = ? AND newer.id > ?))`,
		args: []any{string(e.ShownStatus()), stamp, tx.company, e.OrderID, e.CreatedAt.UTC(), e.CreatedAt.UTC(), e.ID},
	})
}

// CompaniesWithDueMail returns at most limit companies with a due e-mail, the one served least recently first.
func (s System) CompaniesWithDueMail(ctx context.Context, now time.Time, limit int) ([]string, error) {
	var ids []string
	err := s.store.read.WithContext(ctx).Raw(`SELECT t.company_id FROM mail_turns t WHERE EXISTS (
			SELECT 1 FROM emails e WHERE e.company_id = t.company_id AND e.state IN ('queued', 'unknown')
			AND e.unknown_attempts < ? AND e.next_attempt_at <= ?)
		ORDER BY t.served_at, t.company_id LIMIT ?`, email.UnknownLimit, now, limit).Scan(&ids).Error
	return ids, translate(err)
}

// EmailRef identifies an e-mail of any company.
type EmailRef struct{ CompanyID, ID string }

// OverdueEmails returns the e-mails that no worker handles: attempts that have taken too long, and e-mails whose wait
// for an event after the last unknown outcome is over.
func (s System) OverdueEmails(ctx context.Context, now time.Time) ([]EmailRef, error) {
	var refs []EmailRef
	err := s.store.read.WithContext(ctx).Raw(`SELECT company_id, id FROM emails WHERE state = 'sending' AND sending_since < ?
		UNION ALL SELECT company_id, id FROM emails WHERE state = 'unknown' AND unknown_attempts >= ? AND next_attempt_at <= ? LIMIT 1000`,
		now.Add(-email.SendingLimit), email.UnknownLimit, now).Scan(&refs).Error
	return refs, translate(err)
}

// FindEmail returns the company of an e-mail by the opaque id in the provider's events.
func (s System) FindEmail(ctx context.Context, id string) (EmailRef, bool, error) {
	var ref EmailRef
	res := s.store.read.WithContext(ctx).Raw("SELECT company_id, id FROM emails WHERE id = ?", id).Scan(&ref)
	return ref, res.RowsAffected == 1, translate(res.Error)
}

// MailBacklog returns the number of due e-mails and when the oldest became due; the time is zero if there is none.
func (s System) MailBacklog(ctx context.Context, now time.Time) (due int, oldest time.Time, err error) {
	var b struct {
		Due    int
		Oldest *time.Time
	}
	err = s.store.read.WithContext(ctx).Raw(`SELECT count(*) AS due, (SELECT next_attempt_at FROM emails
			WHERE state IN ('queued', 'unknown') AND next_attempt_at <= ? ORDER BY next_attempt_at LIMIT 1) AS oldest
		FROM emails WHERE state IN ('queued', 'unknown') AND next_attempt_at <= ?`, now, now).Scan(&b).Error
	if b.Oldest != nil {
		oldest = *b.Oldest
	}
	return b.Due, oldest, translate(err)
}

// CountManualEmails returns how many manual e-mails about the order, and to how many recipients of the company, were created since
// the given time.
func (tx *Tx) CountManualEmails(ctx context.Context, orderID string, since time.Time) (ofOrder, recipients int, err error) {
	var n struct{ OfOrder, Recipients int }
	err = tx.in(ctx).Raw(fmt.Sprintf(`SELECT coalesce(sum(%[1]s(recipients) + %[1]s(cc)), 0) AS recipients, coalesce(sum(CASE WHEN order_id = ? THEN 1 ELSE 0 END), 0) AS of_order
		FROM emails WHERE company_id = ? AND kind = 'manual' AND created_at > ?`, tx.store.lengthOf), orderID, tx.company, since).Scan(&n).Error
	return n.OfOrder, n.Recipients, translate(err)
}

// EmailLimitSince returns when the oldest manual e-mail that counts towards a reached limit was created: a limit of ofOrder e-mails
// for the order, or of recipients for the company. If both limits are reached, it is the later time. Before since nothing counts.
func (tx *Tx) EmailLimitSince(ctx context.Context, orderID string, since time.Time, ofOrder, recipients int) (time.Time, error) {
	var full []struct{ CreatedAt time.Time }
	err := tx.in(ctx).Raw(fmt.Sprintf(`SELECT created_at FROM (SELECT created_at FROM emails WHERE company_id = ? AND order_id = ? AND kind = 'manual'
			AND created_at > ? ORDER BY created_at DESC LIMIT 1 OFFSET ?) o
		UNION ALL SELECT created_at FROM (SELECT created_at FROM (
			SELECT created_at, sum(%[1]s(recipients) + %[1]s(cc)) OVER (ORDER BY created_at DESC, id DESC) AS counted FROM emails
			WHERE company_id = ? AND kind = 'manual' AND created_at > ?) w WHERE counted > ? ORDER BY created_at DESC LIMIT 1) c ORDER BY 1 DESC`, tx.store.lengthOf),
		tx.company, orderID, since, ofOrder-1, tx.company, since, recipients).Scan(&full).Error
	if err != nil || len(full) == 0 {
		return time.Time{}, translate(err)
	}
	return full[0].CreatedAt, nil
}
