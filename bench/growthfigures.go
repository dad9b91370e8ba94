package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
)

// growthFigures are the figures of the table growth.
type growthFigures struct {
	machine string
	conns   int
	memory  int64 // of PostgreSQL for blocks
	sizes   []int
	seeded  []seeding // of each size
	shapes  []string
	figures [][]grown // of each shape, for each size
}

// goal is how many times the processor time of the smallest company one of this size may take: 1.3 at a million orders, 2 at ten
// millions, and on straight lines between them, where the sizes stand by their logarithm.
func goal(size int) float64 {
	switch at := math.Log10(float64(size)); {
	case at <= 4:
		return 1
	case at <= 6:
		return 1 + 0.3*(at-4)/2
	default:
		return 1.3 + 0.7*(at-6)
	}
}

// times is how many times the processor time of the smallest company a request takes.
func (g growthFigures) times(shape, size int) float64 {
	return g.figures[shape][size].cpu().Seconds() / g.figures[shape][0].cpu().Seconds()
}

func (g growthFigures) ratios(shape int) (texts []string) {
	for i, size := range g.sizes[1:] {
		texts = append(texts, fmt.Sprintf("%.2f × at %s", g.times(shape, i+1), thousands(int64(size))))
	}
	return texts
}

func (g growthFigures) print(out io.Writer) {
	fmt.Fprintf(out, "%s with %s MB of memory for blocks. One company in each database, %d connections. CPU is the time of server + PostgreSQL for a request; × compares it with the smallest company. "+
		"The last column names the goal that a size misses.\n\n", g.machine, megabytes(g.memory), g.conns)
	head := []string{"CPU µs"}
	for i, size := range g.sizes {
		head = append(head, thousands(int64(size)))
		if i > 0 {
			head = append(head, "×")
		}
	}
	var rows [][]string
	for shape, of := range g.figures {
		row := []string{g.shapes[shape]}
		var blocks, missed []string
		for i, f := range of {
			row = append(row, micros(f.server)+" + "+micros(f.postgres))
			if i > 0 {
				row = append(row, strconv.FormatFloat(g.times(shape, i), 'f', 2, 64))
				if most := goal(g.sizes[i]); g.times(shape, i) > most {
					missed = append(missed, fmt.Sprintf("%.2f", most))
				}
			}
			if f.blocks >= 0 {
				blocks = append(blocks, thousands(f.blocks))
			}
		}
		rows = append(rows, append(row, strings.Join(blocks, " / "), strings.Join(missed, ", ")))
	}
	table(out, append(head, "blocks", "missed"), rows)

	head, rows = []string{"p50 / p99 ms"}, nil
	for _, size := range g.sizes {
		head = append(head, thousands(int64(size)))
	}
	for shape, of := range g.figures {
		row := []string{g.shapes[shape]}
		for _, f := range of {
			row = append(row, millis(f.p50)+" / "+millis(f.p99))
		}
		rows = append(rows, append(row, g.rates(shape)))
	}
	table(out, append(head, "requests a second"), rows)

	rows = nil
	for i, size := range g.sizes {
		took := g.seeded[i].Took
		rows = append(rows, []string{thousands(int64(size)), took.Round(time.Second).String(), thousands(int64(float64(size) / took.Seconds())), thousands(g.seeded[i].Bytes / int64(size))})
	}
	table(out, []string{"orders", "seeded in", "orders a second", "bytes an order"}, rows)
}

// rates are the requests a second in each company, or the rows of an export.
func (g growthFigures) rates(shape int) string {
	var texts []string
	for _, f := range g.figures[shape] {
		texts = append(texts, thousands(int64(f.rate)))
	}
	return strings.Join(texts, " / ")
}
