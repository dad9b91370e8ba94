package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/orderdesk/orderdesk/pkg/testkit/overlay"
)

// poison makes a program in which rendering the e-mails of a company panics, as long as a file names the company. Only such a build
// has it.
var poison = []overlay.Cut{
	{File: "pkg/desk/render.go", Old: "	tenant := s.store.For(e.CompanyID)\n	m = mail.Message{",
		New: "	poisoned(e.CompanyID)\n	tenant := s.store.For(e.CompanyID)\n	m = mail.Message{"},
	{File: "pkg/desk/poisoned.go", New: `package desk

import "os"

func poisoned(company string) {
	if raw, _ := os.ReadFile(os.Getenv("TEST_POISON_FILE")); string(raw) == company {
		panic("poisoned")
	}
}
`},
}

func (w *world) poisonFile() string { return filepath.Join(w.dir, "poison") }

// poisonedFor is how long the e-mails of one company cannot be rendered.
const poisonedFor = 14 * time.Second

// poisonedJobs makes every e-mail of the first company panic, and adds jobs whose arguments nobody can read. The other company must
// notice nothing.
func poisonedJobs(w *world) error {
	db, err := w.open()
	if err != nil {
		return err
	}
	defer db.Close()
	ctx := context.Background()
	if err := os.WriteFile(w.poisonFile(), []byte(w.company[0]), 0o600); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, `INSERT INTO river_job (kind, args, max_attempts, metadata, priority, queue, state, tags)
		SELECT 'mail', '"unreadable"', 3, '{}', 1, 'default', 'available', '{}' FROM generate_series(1, 40)`); err != nil {
		return err
	}
	w.rest(poisonedFor)
	var sent, late, shown, unreadable int
	err = db.QueryRowContext(ctx, fmt.Sprintf(`SELECT
		(SELECT count(*) FROM emails WHERE company_id = $2 AND sent_at > now() - interval '%d seconds'),
		(SELECT count(*) FROM emails WHERE company_id = $2 AND state = 'queued' AND next_attempt_at < now() - interval '8 seconds'),
		(SELECT count(*) FROM emails WHERE company_id = $1 AND state = 'queued' AND attempts > 0 AND error_code = 'mail_unavailable'),
		(SELECT count(*) FROM river_job WHERE args = '"unreadable"' AND state = 'available' AND attempt = 0)`, int(poisonedFor.Seconds())),
		w.company[0], w.company[1]).Scan(&sent, &late, &shown, &unreadable)
	if err != nil {
		return err
	}
	if sent == 0 || late > 0 {
		w.breach("while the e-mails of one company could not be rendered, %d of the other one's were sent, and %d waited for 8 s", sent, late)
	}
	if shown == 0 {
		w.breach("no e-mail that cannot be rendered shows that it is tried again")
	}
	if unreadable > 0 {
		w.breach("%d jobs that cannot be read were never tried", unreadable)
	}
	return os.Remove(w.poisonFile())
}
