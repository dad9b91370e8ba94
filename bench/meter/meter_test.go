package meter_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/orderdesk/orderdesk/bench/meter"
	"github.com/stretchr/testify/require"
)

// The tests measure processes that do known work: this program, started again. A worker knows how much processor time it has used, from
// getrusage, so that a busy machine, which makes it slower, does not change what is right.

const isWorker = "METER_TEST_WORKER"

func TestMain(m *testing.M) {
	if os.Getenv(isWorker) != "" {
		work()
		return
	}
	os.Exit(m.Run())
}

// work does what standard input says, line by line, and answers each line with the processor time that it took.
func work() {
	var memory []byte
	var keep []*worker
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var n int
		_, _ = fmt.Sscanf(in.Text(), "%d", &n) // each line begins with a number
		before := used()
		switch _, what, _ := strings.Cut(in.Text(), " "); what {
		case "burn": // n ms
			for sum := uint64(1); used()-before < time.Duration(n)*time.Millisecond; {
				for range 100_000 {
					sum = sum*6364136223846793005 + 1442695040888963407
				}
				runtime.KeepAlive(sum)
			}
		case "allocate": // n MB
			var err error
			if memory, err = syscall.Mmap(-1, 0, n<<20, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE); err != nil {
				panic(err)
			}
			for i := 0; i < len(memory); i += os.Getpagesize() {
				memory[i] = 1
			}
		case "free":
			if err := syscall.Munmap(memory); err != nil {
				panic(err)
			}
		case "burn in a child that ends", "burn in a child that lives":
			child, err := start()
			if err != nil {
				panic(err)
			}
			took := child.do(n, "burn")
			if strings.HasSuffix(what, "ends") {
				child.end()
			} else {
				keep = append(keep, child)
			}
			fmt.Println((used() - before + took).Microseconds())
			continue
		}
		fmt.Println((used() - before).Microseconds())
	}
	for _, child := range keep {
		child.end()
	}
}

// used is the processor time of this process.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

type worker struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func start() (*worker, error) {
	w := &worker{cmd: exec.Command("/proc/self/exe")}
	w.cmd.Env = append(os.Environ(), isWorker+"=1")
	w.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	w.out = bufio.NewReader(out)
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	return w, w.cmd.Start()
}

// do lets the worker do something and returns the processor time that it took.
func (w *worker) do(n int, what string) time.Duration {
	fmt.Fprintf(w.in, "%d %s\n", n, what)
	var micros int64
	line, err := w.out.ReadString('\n')
	if err == nil {
		_, err = fmt.Sscan(line, &micros)
	}
	if err != nil {
		panic(err)
	}
	return time.Duration(micros) * time.Microsecond
}

func (w *worker) end() {
	_ = w.in.Close()
	_ = w.cmd.Wait()
}

func newWorker(t *testing.T) (w *worker, pid int) {
	t.Helper()
	// A signal for the parent's death comes when the thread ends that started the child.
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
	w, err := start()
	require.NoError(t, err)
	t.Cleanup(w.end)
	w.do(0, "nothing") // it has started
	return w, w.cmd.Process.Pid
}

func take(t *testing.T, pids ...int) meter.Sample {
	t.Helper()
	s, err := meter.Take(pids...)
	require.NoError(t, err)
	return s
}

// inexact is by how much two counts of the kernel for one process may differ: they are in ticks of 10 ms, user and system time each.
const inexact = 40 * time.Millisecond

func TestProcessorTimeOfAProcess(t *testing.T) {
	w, pid := newWorker(t)
	idle, idlePID := newWorker(t)
	before := take(t, pid, idlePID)
	took := w.do(400, "burn")
	u := take(t, pid, idlePID).Since(before)
	require.GreaterOrEqual(t, took, 400*time.Millisecond)
	require.InDelta(t, took, u.Trees[0], float64(inexact))
	require.Less(t, u.Trees[1], inexact, "the other one did nothing")
	require.GreaterOrEqual(t, u.Took, took, "one thread")
	idle.do(0, "nothing")
}

func TestProcessorTimeOfChildren(t *testing.T) {
	for _, what := range []string{"burn in a child that lives", "burn in a child that ends"} {
		t.Run(what, func(t *testing.T) {
			w, pid := newWorker(t)
			before := take(t, pid)
			took := w.do(300, what)
			u := take(t, pid).Since(before)
			// Starting the child has a cost that the worker does not see.
			require.Greater(t, u.Trees[0], took-inexact)
			require.Less(t, u.Trees[0], took+200*time.Millisecond)
			require.Less(t, u.Own, took, "it is not this process's")
		})
	}
}

// A process that has ended and was not waited for still has its count. Afterwards nobody knows it, and that must not look like no work.
func TestProcessThatEndsEarly(t *testing.T) {
	w, pid := newWorker(t)
	before := take(t, pid)
	took := w.do(200, "burn")
	require.NoError(t, w.in.Close())
	require.Eventually(t, func() bool {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err == nil && strings.Contains(string(raw), ") Z ")
	}, time.Minute, 5*time.Millisecond, "it does not end")
	u := take(t, pid).Since(before)
	require.Greater(t, u.Trees[0], took-inexact)
	_ = w.cmd.Wait()
	_, err := meter.Take(pid)
	require.ErrorContains(t, err, "has ended")
}

func TestOwnProcessorTime(t *testing.T) {
	before, own := take(t), used()
	for used()-own < 200*time.Millisecond {
		_ = strings.Repeat("x", 1<<16)
	}
	u, took := take(t).Since(before), used()-own
	require.InDelta(t, took, u.Own, float64(inexact))
}

// Work of a process that is not measured is foreign, and that of one that is measured is not. Both are compared in the same time, so that
// what else the machine does is in both.
func TestForeignWork(t *testing.T) {
	w, pid := newWorker(t)
	whole, without := take(t, pid), take(t)
	took := w.do(1000, "burn")
	known, unknown := take(t, pid).Since(whole), take(t).Since(without)
	share := took.Seconds() / known.Took.Seconds() / float64(runtime.NumCPU())
	require.Greater(t, unknown.Foreign, 0.7*share, "the worker's work at least")
	require.InDelta(t, share, unknown.Foreign-known.Foreign, 0.25*share+0.02)
	require.LessOrEqual(t, unknown.Foreign, 1.1)
}

func TestIdleSeesOtherWork(t *testing.T) {
	w, _ := newWorker(t)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				w.do(50, "burn")
			}
		}
	}()
	require.Eventually(t, func() bool { // on a busy machine the worker waits for its turn, but then others work
		share, err := meter.Idle(100 * time.Millisecond)
		return err == nil && share > 0.5/float64(runtime.NumCPU())
	}, time.Minute, time.Millisecond)
	close(stop)
	<-stopped
}

func TestMemory(t *testing.T) {
	w, pid := newWorker(t)
	memory := func() (now, peak int64) {
		now, peak, err := meter.Memory(pid)
		require.NoError(t, err)
		return now, peak
	}
	const mb, runtimes = 1 << 20, 16 << 20 // the runtime of the worker takes or gives back some
	require.NoError(t, meter.ForgetPeak(pid))
	base, peak := memory()
	require.InDelta(t, base, peak, runtimes)

	w.do(128, "allocate")
	now, peak := memory()
	require.InDelta(t, 128*mb, now-base, runtimes)
	require.InDelta(t, 128*mb, peak-base, runtimes)

	w.do(0, "free")
	now, peak = memory()
	require.InDelta(t, 0, now-base, runtimes)
	require.InDelta(t, 128*mb, peak-base, runtimes, "the most that it had")

	require.NoError(t, meter.ForgetPeak(pid))
	_, peak = memory()
	require.InDelta(t, 0, peak-base, runtimes, "the most since then")

	_, _, err := meter.Memory(1 << 30)
	require.Error(t, err)
}
