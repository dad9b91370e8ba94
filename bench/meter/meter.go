// Package meter reads from /proc what processes use: processor time, memory, and what the rest of the machine does meanwhile.
// Processor time stays meaningful on a machine that others use too, which durations do not. It works on Linux only.
package meter

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of processor time in /proc: USER_HZ, which is 100 on every architecture that Go supports.
const tick = 10 * time.Millisecond

// Sample is the processor time that was used until a moment.
type Sample struct {
	at    time.Time
	busy  time.Duration   // of all processors, by everybody
	trees []time.Duration // of each process with its children
	own   time.Duration   // of this process
}

// Usage is the difference between two samples.
type Usage struct {
	Took    time.Duration
	Trees   []time.Duration // of each process with its children, those that have ended too
	Own     time.Duration   // of this process, which makes the load
	Foreign float64         // the share of the machine that others used
}

// Take reads the processor time of processes and of the machine. It refuses a process that has ended, because what that has used is no
// longer known. Its parent knows, so a process that counts must have one that is measured, or be alive.
func Take(pids ...int) (Sample, error) {
	s := Sample{at: time.Now()}
	all, err := processes()
	if err != nil {
		return s, err
	}
	for _, pid := range pids {
		if _, alive := all[pid]; !alive {
			return s, fmt.Errorf("process %d has ended", pid)
		}
		s.trees = append(s.trees, all.tree(pid))
	}
	s.own = all[os.Getpid()].used
	s.busy, err = busy()
	return s, err
}

// Since returns what was used since an earlier sample of the same processes.
func (s Sample) Since(before Sample) Usage {
	u := Usage{Took: s.at.Sub(before.at), Own: s.own - before.own}
	known := u.Own
	for i := range s.trees {
		used := max(0, s.trees[i]-before.trees[i])
		u.Trees = append(u.Trees, used)
		known += used
	}
	u.Foreign = max(0, (s.busy-before.busy-known).Seconds()/u.Took.Seconds()/float64(runtime.NumCPU()))
	return u
}

// Add adds what the same processes used in another time.
func (u *Usage) Add(o Usage) {
	if u.Trees == nil {
		u.Trees = make([]time.Duration, len(o.Trees))
	}
	for i := range u.Trees {
		u.Trees[i] += o.Trees[i]
	}
	used := u.Foreign*u.Took.Seconds() + o.Foreign*o.Took.Seconds()
	u.Took, u.Own = u.Took+o.Took, u.Own+o.Own
	u.Foreign = used / u.Took.Seconds()
}

// Idle measures for a while which share of the machine is in use.
func Idle(d time.Duration) (float64, error) {
	before, err := Take()
	if err != nil {
		return 0, err
	}
	time.Sleep(d)
	after, err := Take()
	return after.Since(before).Foreign, err
}

type process struct {
	parent int
	used   time.Duration // its own and that of children that have ended
}

type table map[int]process

// tree is the processor time of a process and of those that descend from it.
func (t table) tree(root int) time.Duration {
	used := t[root].used
	for pid, p := range t {
		if p.parent == root && pid != root {
			used += t.tree(pid)
		}
	}
	return used
}

func processes() (table, error) {
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}
	all := table{}
	for _, dir := range dirs {
		raw, err := os.ReadFile(filepath.Join(dir, "stat"))
		if err != nil {
			continue // it has ended
		}
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			return nil, err
		}
		text := string(raw)
		f := strings.Fields(text[strings.LastIndex(text, ")")+1:]) // a name may contain spaces
		if len(f) < 15 {
			return nil, fmt.Errorf("%s/stat has %d fields", dir, len(f))
		}
		var ticks int64
		for _, field := range f[11:15] { // user and system time, its own and of children
			n, err := strconv.ParseInt(field, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("%s/stat: %w", dir, err)
			}
			ticks += n
		}
		parent, err := strconv.Atoi(f[1])
		if err != nil {
			return nil, fmt.Errorf("%s/stat: %w", dir, err)
		}
		all[pid] = process{parent, time.Duration(ticks) * tick}
	}
	return all, nil
}

// busy is the time that all processors together have worked.
func busy() (time.Duration, error) {
	raw, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	var ticks int64
	for i, field := range strings.Fields(line)[1:9] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("/proc/stat: %w", err)
		}
		if i != 3 && i != 4 { // idle, and waiting for a disk
			ticks += n
		}
	}
	return time.Duration(ticks) * tick, nil
}

// Memory is the memory of a process in bytes: what it has now, and the most that it had.
func Memory(pid int) (now, peak int64, err error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(raw)) {
		name, value, _ := strings.Cut(line, ":")
		if name != "VmRSS" && name != "VmHWM" {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		if err != nil {
			return 0, 0, fmt.Errorf("/proc/%d/status: %w", pid, err)
		}
		if name == "VmRSS" {
			now = n << 10
		} else {
			peak = n << 10
		}
	}
	return now, peak, nil
}

// ForgetPeak makes the memory that a process has now the most that it had.
func ForgetPeak(pid int) error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
}
