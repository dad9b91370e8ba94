package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/orderdesk/orderdesk/bench/load"
)

// trialName is the name of the table.
const trialName = "trial"

// trialTable compares two builds of the service on one database in turn, because two runs of the other tables differ by more than most
// changes do. A figure is the median of the rounds, and a ratio that of the ratios within a round.
func (s settings) trialTable(ctx context.Context, w *world) error {
	if s.against == "" {
		return errors.New("name another build with -against")
	}
	other := w.service(s.against, w.databaseURL(oursName))
	if err := other.start(ctx); err != nil {
		return err
	}
	defer other.stop()
	if err := w.pauseMail(ctx); err != nil { // its start has ended the pause
		return err
	}
	var rows [][]string
	for _, conns := range s.conns {
		for _, o := range s.chosen() {
			source, err := o.ours(ctx, w)
			if err != nil {
				return err
			}
			rounds, err := s.inTurn(ctx, w, [2]*process{w.ours, other}, conns, source)
			if err != nil {
				return fmt.Errorf("%s at %d connections: %w", o.name, conns, err)
			}
			fmt.Fprintf(s.log, "%s, %d connections: %d rounds\n", o.name, conns, len(rounds))
			row := []string{o.title, strconv.Itoa(conns)}
			for _, of := range trialFigures {
				row = append(row, rounds.cell(of.digits, of.of))
			}
			rows = append(rows, row)
		}
	}
	fmt.Fprintf(s.out, "%s beside %s, in turn, %d rounds of %s: medians, and those of the ratios of a round. CPU is the time for a request.\n\n", w.ours.program, other.program, s.rounds, s.time)
	head := []string{"operation", "connections"}
	for _, of := range trialFigures {
		head = append(head, of.name)
	}
	table(s.out, head, rows)
	return nil
}

// trialFigures are the columns.
var trialFigures = []struct {
	name   string
	digits int
	of     func(figures) float64
}{
	{"requests a second", 0, func(f figures) float64 { return f.rate }},
	{"CPU µs, server", 0, func(f figures) float64 { return f.server.Seconds() * 1e6 }},
	{"CPU µs, PostgreSQL", 0, func(f figures) float64 { return f.postgres.Seconds() * 1e6 }},
	{"CPU µs, both", 0, func(f figures) float64 { return (f.server + f.postgres).Seconds() * 1e6 }},
	{"KB of log", 1, func(f figures) float64 { return float64(f.log) / 1e3 }},
	{"p50 ms", 1, func(f figures) float64 { return f.p50.Seconds() * 1e3 }},
	{"p99 ms", 1, func(f figures) float64 { return f.p99.Seconds() * 1e3 }},
	{"MB at most", 0, func(f figures) float64 { return float64(f.memory >> 20) }},
}

// trialRounds are the figures of both builds in each round.
type trialRounds [][2]figures

// inTurn measures both builds in each round. The one that begins changes, and the first run of each is not measured: it opens connections.
func (s settings) inTurn(ctx context.Context, w *world, builds [2]*process, conns int, source load.Source) (trialRounds, error) {
	for _, p := range builds {
		if _, err := load.Run(ctx, p.address, conns, s.time, source); err != nil {
			return nil, err
		}
	}
	rounds := make(trialRounds, s.rounds)
	for i := range rounds {
		for turn := range builds {
			which := (turn + i) % len(builds)
			r, err := w.loaded(ctx, builds[which], conns, s.time, source)
			if err != nil {
				return nil, err
			}
			rounds[i][which] = r.figures()
		}
	}
	return rounds, nil
}

// cell is the median of a figure of both builds, and the median of its ratios: the second build by the first.
func (r trialRounds) cell(digits int, of func(figures) float64) string {
	var first, second, ratios []float64
	for _, round := range r {
		a, b := of(round[0]), of(round[1])
		first, second = append(first, a), append(second, b)
		if a != 0 {
			ratios = append(ratios, b/a)
		}
	}
	number := func(v float64, digits int) string { return strconv.FormatFloat(v, 'f', digits, 64) }
	return fmt.Sprintf("%s, %s: %s", number(median(first), digits), number(median(second), digits), number(median(ratios), 3))
}

// median is 0 if there are no values.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}
