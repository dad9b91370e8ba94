package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
)

// The measures of the picture.
const (
	chartColumns = 4
	panelWidth   = 236
	panelHeight  = 164
	plotLeft     = 34 // in the panel
	plotRight    = panelWidth - 22
	plotTop      = 46
	plotBottom   = panelHeight - 30
	chartMargin  = 16
	chartHead    = 80
)

// The colours follow the reader's theme. A viewer that does not know about themes shows the light ones.
const chartStyle = `
text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1f2328 }
.page { fill: #ffffff }
.title { font-size: 16px; font-weight: 600 }
.name { font-weight: 600 }
.small { font-size: 11px; fill: #57606a }
.axis { stroke: #d0d7de; stroke-width: 1 }
.allowed { fill: #1a7f37; fill-opacity: .10 }
.goal { fill: none; stroke: #1a7f37; stroke-width: 1.2; stroke-dasharray: 4 3 }
.line { fill: none; stroke: #0969da; stroke-width: 2 }
.dot { fill: #0969da }
.missed { fill: #cf222e }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.page { fill: #0d1117 }
.small { fill: #9198a1 }
.axis { stroke: #3d444d }
.allowed { fill: #3fb950; fill-opacity: .14 }
.goal { stroke: #3fb950 }
.line { stroke: #4493f8 }
.dot { fill: #4493f8 }
.missed { fill: #f85149 }
}
`

// chart draws how the processor time of each kind of request grows with the company, as SVG. The same figures give the same bytes.
func (g growthFigures) chart() []byte {
	top := 2.5
	for shape := range g.figures {
		for i := range g.sizes {
			top = max(top, math.Ceil(2*g.times(shape, i)+0.4)/2)
		}
	}
	lowest, highest := math.Log10(float64(g.sizes[0])), math.Log10(float64(g.sizes[len(g.sizes)-1]))
	across := func(size float64) float64 {
		return plotLeft + 8 + (plotRight-plotLeft-8)*(math.Log10(size)-lowest)/max(0.01, highest-lowest)
	}
	down := func(times float64) float64 { return plotBottom - (plotBottom-plotTop)*times/top }
	lines := (len(g.figures) + chartColumns - 1) / chartColumns
	width, height := 2*chartMargin+chartColumns*panelWidth, chartHead+lines*panelHeight+chartMargin

	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="title">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, "<title id=\"title\">Processor time of a request in companies of %s to %s orders</title>\n", thousands(int64(g.sizes[0])), thousands(int64(g.sizes[len(g.sizes)-1])))
	fmt.Fprintf(&b, "<style>%s</style>\n<rect class=\"page\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n", chartStyle, width, height)
	fmt.Fprintf(&b, "<text class=\"title\" x=\"%d\" y=\"28\">Processor time of a request as a company grows, compared with %s orders</text>\n", chartMargin, thousands(int64(g.sizes[0])))
	fmt.Fprintf(&b, "<text class=\"small\" x=\"%d\" y=\"48\">Service and PostgreSQL together. Below the dashed line the goal is met: 1.3 times at 1 million orders, 2 times at 10 million.</text>\n", chartMargin)
	fmt.Fprintf(&b, "<text class=\"small\" x=\"%d\" y=\"65\">%s</text>\n", chartMargin, escaped(g.machine))
	for shape, of := range g.figures {
		fmt.Fprintf(&b, "<g transform=\"translate(%d %d)\">\n", chartMargin+shape%chartColumns*panelWidth, chartHead+shape/chartColumns*panelHeight)
		fmt.Fprintf(&b, "<text class=\"name\" x=\"%d\" y=\"18\">%s</text>\n", plotLeft, escaped(g.shapes[shape]))
		fmt.Fprintf(&b, "<text class=\"small\" x=\"%d\" y=\"34\">%s to %s µs</text>\n", plotLeft, micros(of[0].cpu()), micros(of[len(of)-1].cpu()))
		for _, times := range []float64{0, 1, 2} {
			fmt.Fprintf(&b, "<line class=\"axis\" x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\"/><text class=\"small\" text-anchor=\"end\" x=\"%d\" y=\"%.1f\">%.0f ×</text>\n",
				plotLeft, down(times), plotRight, down(times), plotLeft-5, down(times)+4, times)
		}
		border := ""
		for i := range 21 {
			size := math.Pow(10, lowest+(highest-lowest)*float64(i)/20)
			border += fmt.Sprintf("%.1f,%.1f ", across(size), down(goal(int(math.Round(size)))))
		}
		fmt.Fprintf(&b, "<polygon class=\"allowed\" points=\"%s%.1f,%d %.1f,%d\"/><polyline class=\"goal\" points=\"%s\"/>\n",
			border, across(float64(g.sizes[len(g.sizes)-1])), plotBottom, across(float64(g.sizes[0])), plotBottom, border[:len(border)-1])
		line, dots := "", ""
		for i, size := range g.sizes {
			x, times := across(float64(size)), g.times(shape, i)
			line += fmt.Sprintf("%.1f,%.1f ", x, down(times))
			class, above := "dot", down(times)+15 > plotBottom-2 // below the dot, away from the goal's line, if there is room
			if times > goal(size) && i > 0 {
				class, above = "dot missed", true
			}
			label := down(times) + 15
			if above {
				label = down(times) - 8
			}
			dots += fmt.Sprintf("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\"/>", class, x, down(times))
			if i > 0 {
				dots += fmt.Sprintf("<text class=\"small\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%.2f</text>", x, label, times)
			}
			dots += fmt.Sprintf("<text class=\"small\" text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%s</text>", x, plotBottom+15, short(size))
		}
		fmt.Fprintf(&b, "<polyline class=\"line\" points=\"%s\"/>%s\n</g>\n", line[:len(line)-1], dots)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// short writes a number of orders in few characters.
func short(n int) string {
	for _, unit := range []struct {
		size int
		name string
	}{{1_000_000, " M"}, {1000, " k"}} {
		if n >= unit.size {
			return strconv.FormatFloat(float64(n)/float64(unit.size), 'g', 3, 64) + unit.name
		}
	}
	return strconv.Itoa(n)
}

func escaped(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
	return b.String()
}
