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

// jobDriver is River's driver with three changes. A client is notified of new jobs by its own process only: River would poll SQLite
// twenty times a second for them, and on PostgreSQL need a connection for LISTEN and a statement for NOTIFY. Other processes find
// a job when they poll. Jobs that this version does not know stay as they are. And completed jobs are deleted.
type jobDriver struct {
	riverdriver.Driver[*sql.Tx]
	remove removeJobs
	wakes  chan struct{}
}

// JobIndexes are the indexes that River rebuilds every night: its own without those that a migration has dropped.
func JobIndexes() []string {
	return slices.DeleteFunc(river.ReindexerIndexNamesDefault(), func(name string) bool {
		return name == "river_job_args_index" || name == "river_job_metadata_index" || name == "river_job_kind"
	})
}

// removeJobs deletes those of the jobs that are running.
type removeJobs func(ctx context.Context, db riverdriver.Executor, ids []int64) error

func newJobDriver(d riverdriver.Driver[*sql.Tx], remove removeJobs) jobDriver {
	return jobDriver{d, remove, make(chan struct{}, 1)}
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
func (d jobDriver) GetExecutor() riverdriver.Executor {
	return jobExecutor{d.Driver.GetExecutor(), d.remove}
}

// jobExecutor leaves jobs of unknown kinds alone. River fetches only known kinds (FetchOnlyKnownKinds), but its rescuer gives up
// every running job that is old and unknown. Such a job belongs to a newer version.
type jobExecutor struct {
	riverdriver.Executor
	remove removeJobs
}

// JobSetStateIfRunningMany deletes the completed ones of these jobs. Nobody reads them, and River would write each of them once more,
// with its entries in all indexes, and delete it later. It returns the other jobs.
func (e jobExecutor) JobSetStateIfRunningMany(ctx context.Context, p *riverdriver.JobSetStateIfRunningManyParams) ([]*rivertype.JobRow, error) {
	var completed, others []int // places in p
	for i, state := range p.State {
		if state == rivertype.JobStateCompleted {
			completed = append(completed, i)
		} else {
			others = append(others, i)
		}
	}
	if len(completed) > 0 {
		if err := e.remove(ctx, e.Executor, at(p.ID, completed)); err != nil {
			return nil, err
		}
	}
	if len(others) == 0 {
		return nil, nil
	}
	return e.Executor.JobSetStateIfRunningMany(ctx, &riverdriver.JobSetStateIfRunningManyParams{
		ID: at(p.ID, others), State: at(p.State, others), Attempt: at(p.Attempt, others), ErrData: at(p.ErrData, others),
		FinalizedAt: at(p.FinalizedAt, others), ScheduledAt: at(p.ScheduledAt, others), Now: p.Now, Schema: p.Schema,
		MetadataDoMerge: at(p.MetadataDoMerge, others), MetadataUpdates: at(p.MetadataUpdates, others),
	})
}

// at returns the values at these places.
func at[T any](values []T, places []int) []T {
	chosen := make([]T, len(places))
	for i, place := range places {
		chosen[i] = values[place]
	}
	return chosen
}

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
