package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
)

// jobKinds are the kinds of jobs that this version knows.
var jobKinds = []string{WakeMail{}.Kind()}

// jobDriver is River's driver with two changes. A client is notified of new jobs by its own process only: River would poll SQLite
// twenty times a second for them, and on PostgreSQL need a connection for LISTEN and a statement for NOTIFY. Other processes find
// a job when they poll. And jobs that this version does not know stay as they are.
type jobDriver struct {
	riverdriver.Driver[*sql.Tx]
	wakes chan struct{}
}

func newJobDriver(d riverdriver.Driver[*sql.Tx]) jobDriver {
	return jobDriver{d, make(chan struct{}, 1)}
}

// wake makes the client of this process fetch jobs now. Call it after COMMIT.
func (d jobDriver) wake() {
	select {
	case d.wakes <- struct{}{}:
	default: // it has not heard of the last one yet
	}
}

// SupportsListener makes River ask for a listener.
func (jobDriver) SupportsListener() bool { return true }

// SupportsListenNotify makes River send no notifications.
func (jobDriver) SupportsListenNotify() bool { return false }

// GetListener returns a listener for this process.
func (d jobDriver) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener {
	return localListener{d.wakes}
}

// GetExecutor returns the executor of statements.
func (d jobDriver) GetExecutor() riverdriver.Executor { return jobExecutor{d.Driver.GetExecutor()} }

// jobExecutor leaves jobs of unknown kinds alone. River fetches only known kinds (FetchOnlyKnownKinds), but its rescuer gives up
// every running job that is old and unknown. Such a job belongs to a newer version.
type jobExecutor struct{ riverdriver.Executor }

// JobGetStuck returns the known jobs among those that have been running for too long.
func (e jobExecutor) JobGetStuck(ctx context.Context, p *riverdriver.JobGetStuckParams) ([]*rivertype.JobRow, error) {
	page := *p
	for {
		found, err := e.Executor.JobGetStuck(ctx, &page)
		last := len(found) < page.Max
		if len(found) > 0 {
			page.AfterID = found[len(found)-1].ID
		}
		known := slices.DeleteFunc(found, func(j *rivertype.JobRow) bool { return !slices.Contains(jobKinds, j.Kind) })
		if err != nil || last || len(known) > 0 {
			return known, err
		}
	}
}

// localListener reports jobs that this process has inserted.
type localListener struct{ wakes <-chan struct{} }

// WaitForNotification waits for the next wake.
func (l localListener) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	select {
	case <-l.wakes:
		return &riverdriver.Notification{Topic: "river_insert", Payload: `{"queue":"` + river.QueueDefault + `"}`}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// The other methods have nothing to do without a connection.

// Close does nothing.
func (localListener) Close(context.Context) error { return nil }

// Connect does nothing.
func (localListener) Connect(context.Context) error { return nil }

// Listen does nothing.
func (localListener) Listen(context.Context, string) error { return nil }

// Ping does nothing.
func (localListener) Ping(context.Context) error { return nil }

// Schema is the default one.
func (localListener) Schema() string { return "" }

// SetAfterConnectExec does nothing.
func (localListener) SetAfterConnectExec(string) {}

// Unlisten does nothing.
func (localListener) Unlisten(context.Context, string) error { return nil }
