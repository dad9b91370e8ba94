package store

import (
	"context"
	"strings"
)

// jobStates are the states of jobs that show whether work gets done, in River's words. It leaves out completed jobs,
// because there are many of them.
var jobStates = []string{"available", "running", "retryable", "scheduled", "discarded"}

// Each state is a range of River's index (state, queue, …), counted up to a limit, so the statement's cost is bounded.
var jobCounts = func() string {
	counts := make([]string, len(jobStates))
	for i, state := range jobStates {
		counts[i] = "SELECT '" + state + "' AS state, count(*) AS jobs FROM (SELECT 1 FROM river_job WHERE state = '" + state + "' LIMIT 10000) j"
	}
	return strings.Join(counts, " UNION ALL ")
}()

// JobCounts returns the number of jobs in each of jobStates, at most 10,000 each.
func (s System) JobCounts(ctx context.Context) (map[string]int, error) {
	var found []struct {
		State string
		Jobs  int
	}
	if err := s.store.read.WithContext(ctx).Raw(jobCounts).Scan(&found).Error; err != nil {
		return nil, translate(err)
	}
	counts := make(map[string]int, len(found))
	for _, f := range found {
		counts[f.State] = f.Jobs
	}
	return counts, nil
}
