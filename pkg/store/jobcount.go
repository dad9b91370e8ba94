package store

import (
	"context"
	"strings"
)

// JobStates are the states of a job that tell whether jobs get done, in River's words. The completed are left out: they
// are many, and say nothing.
var JobStates = []string{"available", "running", "retryable", "scheduled", "discarded"}

// Each state is a range of River's index (state, queue, …), counted to a bound: the statement costs the same whatever
// piles up.
var jobCounts = func() string {
	counts := make([]string, len(JobStates))
	for i, state := range JobStates {
		counts[i] = "SELECT '" + state + "' AS state, count(*) AS jobs FROM (SELECT 1 FROM river_job WHERE state = '" + state + "' LIMIT 10000) j"
	}
	return strings.Join(counts, " UNION ALL ")
}()

// JobCounts is how many jobs are in each of JobStates, at most 10,000.
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
