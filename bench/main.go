// Bench measures orderdesk beside a floor and a limit, and prints tables in Markdown:
//
//	make bench         a million orders, less than 20 minutes
//	make bench-quick   fewer orders and shorter runs, 3 minutes
//	make growth        the same work in companies of 10,000 to 10 million orders
//
// The limit is PostgreSQL alone (package limit). The floor is the least that a Go service must do (package floor). Limit, floor and
// orderdesk do the same work on the same machine in turn. On a machine that others use too, trust processor times and ratios, and not
// durations.
//
// It needs Go and PostgreSQL's programs, and Linux. Its server and databases are removed at the end.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/orderdesk/orderdesk/bench/floor"
)

// settings say what is measured.
type settings struct {
	ops      []string
	conns    []int
	tables   []string
	time     time.Duration // of a run
	orders   int           // of the big company
	tries    int           // of a run that others disturb
	program  string        // orderdesk; built if it is empty
	against  string        // another build of it, for the table trial
	sizes    []int         // of the companies of the table growth, from the smallest on
	data     string        // where that table's databases stay
	keptFrom int           // the size from which they do
	rounds   int           // how often growth, tool and trial measure everything
	only     string        // in the names of what that table measures
	svg      string        // where that table's picture goes
	out      io.Writer
	log      io.Writer
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "floor" {
		exit(serveFloor(os.Args[2:]))
	}
	if len(os.Args) > 1 && os.Args[1] == "answers" {
		exit(serveAnswers())
	}
	s := settings{out: os.Stdout, log: os.Stderr, keptFrom: keptFrom}
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: go run ./bench [flags]")
		flag.PrintDefaults()
	}
	quick := flag.Bool("quick", false, "50,000 orders, 8 connections, 2 seconds a run")
	ops := flag.String("ops", strings.Join(operationNames(), ","), "the `operations` to measure")
	conns := flag.String("conns", "1,8,32", "the `numbers` of connections")
	tables := flag.String("tables", "floor,other,companies", "the `tables` to print: these, or storage, or statements (what PostgreSQL spends on each), or trial (two builds in turn), "+
		"or alone growth or tool, which compares the tool that makes the load with wrk")
	sizes := flag.String("sizes", "10000,1000000,10000000", "growth: the `numbers` of orders of its companies")
	flag.StringVar(&s.data, "data", "", "growth: the `directory` where its databases stay, to be measured again (default: they are removed)")
	flag.IntVar(&s.rounds, "rounds", 3, "growth, tool and trial: how `often` everything is measured; 0 fills growth's databases only")
	flag.StringVar(&s.only, "only", "", "growth: measures only what has this `text` in its name")
	flag.StringVar(&s.svg, "svg", "", "growth: the `file` for its picture")
	seconds := flag.Float64("seconds", 5, "the `length` of a run")
	flag.IntVar(&s.orders, "orders", 1_000_000, "the `number` of orders of the big company")
	flag.IntVar(&s.tries, "tries", 3, "how `often` a run is tried that other work disturbs")
	flag.StringVar(&s.program, "program", "", "the orderdesk to measure, a `path` (default: built from here)")
	flag.StringVar(&s.against, "against", "", "trial: another build of orderdesk, a `path`; -rounds 20 and -seconds 0.5 show small differences")
	flag.Parse()
	given := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if *quick {
		for name, value := range map[string]string{"conns": "8", "seconds": "2", "orders": "50000", "tries": "2"} {
			if !given[name] {
				_ = flag.Set(name, value)
			}
		}
	}
	s.time = time.Duration(*seconds * float64(time.Second))
	s.ops, s.tables = strings.Split(*ops, ","), strings.Split(*tables, ",")
	s.conns, s.sizes = numbers("conns", *conns), numbers("sizes", *sizes)
	slices.Sort(s.sizes)
	for _, op := range s.ops {
		if !slices.Contains(operationNames(), op) {
			exit(fmt.Errorf("-ops: there is no operation %q: %s", op, strings.Join(operationNames(), ", ")))
		}
	}
	run := s.run
	switch *tables {
	case "growth":
		run = s.growth
	case "tool":
		run = s.toolTable
	default:
		for _, table := range s.tables {
			if !slices.Contains(tableNames(), table) {
				exit(fmt.Errorf("-tables: there is no table %q: %s, or alone growth or tool", table, strings.Join(tableNames(), ", ")))
			}
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	exit(err)
}

// numbers reads a list of positive numbers.
func numbers(name, list string) (all []int) {
	for text := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			exit(fmt.Errorf("-%s: %q is not a positive number", name, text))
		}
		all = append(all, n)
	}
	return all
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// allTables are those that run prints, in their order.
var allTables = []struct {
	name  string
	print func(settings, context.Context, *world) error
}{
	{"storage", settings.storageTable},
	{"floor", settings.floorTable},
	{"other", settings.otherTable},
	{"companies", settings.companiesTable},
	{statementsName, settings.statementsTable},
	{trialName, settings.trialTable},
}

func tableNames() []string {
	names := make([]string, len(allTables))
	for i, t := range allTables {
		names[i] = t.name
	}
	return names
}

func (s settings) run(ctx context.Context) (err error) {
	began := time.Now()
	w, err := s.build(ctx)
	if w != nil {
		defer func() { err = errors.Join(err, w.close()) }()
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s, %s orders in the largest of %s companies.\n\n", machine(ctx, w.serviceDB), thousands(int64(s.orders)), thousands(int64(len(w.companies()))))
	for _, table := range allTables {
		if !slices.Contains(s.tables, table.name) {
			continue
		}
		if err := table.print(s, ctx, w); err != nil {
			return fmt.Errorf("table %s: %w", table.name, err)
		}
	}
	fmt.Fprintf(s.out, "Measured in %s with %s.\n", time.Since(began).Round(time.Second), commandLine())
	return nil
}

func commandLine() string {
	return strings.TrimSpace("go run ./bench " + strings.Join(os.Args[1:], " "))
}

// serveFloor is the floor as a process of its own, so that its processor time can be measured.
func serveFloor(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: bench floor DATABASE FIRST_NUMBER")
	}
	first, err := strconv.ParseInt(args[1], 10, 64)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	pool, err := floor.Open(ctx, args[0])
	if err != nil {
		return err
	}
	defer pool.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	return serveOn(ctx, listener, floor.New(pool, first))
}

// serveOn says where it serves, as orderdesk does, and serves until the context ends.
func serveOn(ctx context.Context, listener net.Listener, handler http.Handler) error {
	fmt.Fprintf(os.Stderr, `{"msg":"serving","address":%q}`+"\n", listener.Addr())
	server := &http.Server{Handler: handler}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
