package store

import (
	"sync"
	"time"
)

// How long the watch waits before it tries a replica again, at first and at most.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = 2 * time.Second
)

// replicaState says whether the replica is in use, and counts what became of reads.
type replicaState struct {
	mu     sync.Mutex
	out    ReadReason // why no read is tried on it; empty: it is in use
	reads  map[ReadReason]int64
	waited time.Duration
	behind int64
	warned time.Time
	logged bool // the log says that it is out of use
}

func (s *replicaState) count(reason ReadReason) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads[reason]++
}

// noteProgress notes how far the replica is behind, and how long a read has waited for it.
func (s *replicaState) noteProgress(behind int64, waited time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behind = max(behind, 0)
	s.waited += waited
}

func (s *replicaState) outFor() ReadReason {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out
}

// leave takes the replica out of use. It reports whether it was in use.
func (s *replicaState) leave(reason ReadReason) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.out
	s.out = reason
	return was == ""
}

// mayWarn reports whether it is time for another warning.
func (s *replicaState) mayWarn(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.warned) < time.Minute {
		return false
	}
	s.warned, s.logged = now, true
	return true
}

// use puts the replica into use. It reports whether the log says that it is out of use.
func (s *replicaState) use() (wasLogged bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	wasLogged = s.logged
	s.out, s.logged = "", false
	return wasLogged
}

// watch tries a replica that is out of use until it is current, so that no request waits for that.
func (r *replica) watch() {
	for pause := time.Duration(0); ; pause = min(max(2*pause, firstPause), longestPause) {
		select {
		case <-r.lifetime.Done():
			return
		case <-time.After(pause):
		}
		conn, reason, err := r.take(r.lifetime, &route{})
		if conn != nil {
			_ = conn.Close()
			if r.state.use() {
				r.log.InfoContext(r.lifetime, "the read replica answers reads")
			}
			return
		}
		if r.lifetime.Err() == nil {
			r.state.leave(reason)
			r.report(reason, err)
		}
	}
}

// report logs that the replica is out of use, at most once a minute.
func (r *replica) report(reason ReadReason, cause error) {
	if r.state.mayWarn(time.Now()) { //nolint:forbidigo // how often the log is written to
		r.log.WarnContext(r.lifetime, "the read replica is out of use, and the primary answers its reads", "reason", reason, "error", cause)
	}
}

// ReadStats describes the use of the read replica.
type ReadStats struct {
	Used   bool                 // reads go to it
	Reads  map[ReadReason]int64 // by reason
	Waited time.Duration        // of reads, for the replica to replay
	Behind int64                // bytes of the write-ahead log that it had not replayed when it was last asked
	Pool   PoolStats            // the connections to it
}

// ReadStats returns the statistics of the read replica. It returns false if there is none.
func (s *Store) ReadStats() (ReadStats, bool) {
	if s.replica == nil {
		return ReadStats{}, false
	}
	stats := ReadStats{Reads: map[ReadReason]int64{}, Pool: s.replica.share.count(statsOf(s.replica.pool.Stat()))}
	state := &s.replica.state
	state.mu.Lock()
	defer state.mu.Unlock()
	stats.Used, stats.Waited, stats.Behind = state.out == "", state.waited, state.behind
	for _, reason := range ReadReasons {
		stats.Reads[reason] = state.reads[reason]
	}
	return stats, true
}
