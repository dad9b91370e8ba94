package store

import (
	"context"
	"time"

	"github.com/orderdesk/orderdesk/pkg/email"
)

// releaseTime is how long it takes at least to send what is due when a pause ends. The provider would otherwise get the
// e-mails of hours at once, and refuse them again.
const releaseTime = 10 * time.Second

// MailPause says when e-mails may be sent. All companies share it, because they share the provider's key.
type MailPause struct {
	Until      time.Time  // the provider refuses our key until a person mends it; sending is tried again at this time
	Reason     string     // what the provider said
	ResetAt    *time.Time // the provider takes no more e-mails until then
	ReleasedAt *time.Time // when the first e-mail was sent after the last pause; nil if none was
	Backlog    int        // how many were due then
	Released   int        // how many were sent since then
	Paused     bool       `gorm:"-"` // there was one
}

// Over reports whether sending is not paused at this time.
func (p MailPause) Over(now time.Time) bool {
	return !now.Before(p.Until) && (p.ResetAt == nil || !now.Before(*p.ResetAt))
}

// Wait returns how long the next e-mail has to wait after a pause: the first one goes at once, the last one of the backlog when
// the time of release is over, and the others at equal distances in between.
func (p MailPause) Wait(now time.Time) time.Duration {
	if !p.Paused || p.ReleasedAt == nil || p.Backlog < 2 {
		return 0
	}
	turn := releaseTime * time.Duration(p.Released) / time.Duration(p.Backlog-1)
	return max(0, min(turn, releaseTime)-now.Sub(*p.ReleasedAt))
}

// Releasing reports whether the backlog of a pause is being sent.
func (p MailPause) Releasing(now time.Time) bool {
	return p.Paused && (p.ReleasedAt == nil || now.Sub(*p.ReleasedAt) <= releaseTime)
}

// MailPause returns the last pause of sending, if there was one.
func (s System) MailPause(ctx context.Context) (MailPause, error) {
	var p MailPause
	res := s.store.read.WithContext(ctx).Raw("SELECT until, reason, reset_at, released_at, backlog, released FROM mail_pauses WHERE id = 1").Scan(&p)
	p.Paused = res.RowsAffected == 1
	return p, translate(res.Error)
}

// PauseMail pauses all sending until a time, because the provider refuses our key.
func (tx *Tx) PauseMail(until time.Time, reason string) {
	tx.later(statement{sql: `INSERT INTO mail_pauses (id, until, reason, backlog, released) VALUES (1, ?, ?, 0, 0)
		ON CONFLICT (id) DO UPDATE SET until = excluded.until, reason = excluded.reason, released_at = NULL`, args: []any{until, reason}})
}

// LimitMail pauses all sending until a time, because the provider takes no more e-mails.
func (tx *Tx) LimitMail(until time.Time) {
	tx.later(statement{sql: `INSERT INTO mail_pauses (id, until, reason, reset_at, backlog, released) VALUES (1, ?, '', ?, 0, 0)
		ON CONFLICT (id) DO UPDATE SET reset_at = excluded.reset_at, released_at = NULL`, args: []any{time.Unix(0, 0).UTC(), until}})
}

// ResumeMail ends a pause and reports whether there was one.
func (s System) ResumeMail(ctx context.Context, now time.Time) (bool, error) {
	res := s.store.write.WithContext(ctx).Exec("UPDATE mail_pauses SET until = ?, reset_at = NULL WHERE id = 1 AND (until > ? OR reset_at > ?)", now, now, now)
	return res.RowsAffected == 1, translate(res.Error)
}

// releaseMail counts e-mails that this transaction claims after the pause. It fails with ErrStale if another process has claimed some
// since the pause was read.
func (tx *Tx) releaseMail(p MailPause, now time.Time, claimed int) {
	if !p.Releasing(now) {
		return
	}
	if p.ReleasedAt == nil {
		tx.later(statement{sql: `UPDATE mail_pauses SET released_at = ?, released = ?, backlog = ? + (SELECT count(*) FROM emails
			WHERE state IN ('queued', 'unknown') AND unknown_attempts < ? AND next_attempt_at <= ?) WHERE id = 1 AND released_at IS NULL`,
			args: []any{now, claimed, claimed, email.UnknownLimit, now}, mustMatch: true, unbounded: true})
		return
	}
	tx.later(statement{sql: "UPDATE mail_pauses SET released = released + ? WHERE id = 1 AND released_at = ? AND released = ?",
		args: []any{claimed, p.ReleasedAt.UTC(), p.Released}, mustMatch: true})
}
