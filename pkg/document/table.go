package document

// table is the line table, arranged for one sheet.
type table struct {
	columns     []column // the description is columns[described]
	described   int
	left, right float64
	summed      bool // there is something to show below the last line
}

const (
	gutter          = 8.0   // between columns
	narrowest       = 120.0 // the description never gets less
	rowPadding      = 3.2
	headerHeight    = 17.0
	mostDescription = 24 // lines; a longer text is cut, since a row must fit on a page
	mostNotes       = 24
)

// arrange gives each column the width of its widest cell; the description takes the rest.
func arrange(c canvas, p Paper, left, right float64) table {
	t := table{columns: p.columns(), left: left, right: right}
	t.summed = p.summed(t.columns)
	taken := 0.0
	for i := range t.columns {
		col := &t.columns[i]
		if col.described {
			t.described = i
			continue
		}
		widest := max(c.width(strongStyle, col.sum), c.width(labelStyle, col.title))
		for _, line := range p.Lines {
			widest = max(widest, c.width(textStyle, col.cell(line)))
		}
		col.width = min(col.most, widest+0.5)
		taken += col.width
	}
	t.place(taken)
	return t
}

// place sets the columns side by side, and all of them but the description narrower where there is too little room.
func (t *table) place(taken float64) {
	free := t.right - t.left - gutter*float64(len(t.columns)-1)
	shrink := 1.0
	if taken > free-narrowest {
		shrink = (free - narrowest) / taken
	}
	x := t.left
	for i := range t.columns {
		col := &t.columns[i]
		if i == t.described {
			col.width = free - taken*shrink
		} else {
			col.width *= shrink
		}
		col.x = x
		x += col.width + gutter
	}
}

// header draws the column titles.
func (t table) header(c canvas, accent ink, y float64) {
	for _, col := range t.columns {
		t.cell(c, labelStyle, col, y+3, col.title)
	}
	c.rule(accent, 0.9, t.left, t.right, y+headerHeight-1)
}

func (t table) cell(c canvas, s style, col column, y float64, text string) {
	if col.left {
		c.left(s, col.x, y, text)
	} else {
		c.right(s, col.x+col.width, y, text)
	}
}

// rows are the blocks of the lines and of the sums below them. The last two lines stay with what follows.
func (t table) rows(c canvas, p Paper) []block {
	blocks := make([]block, 0, len(p.Lines)+1)
	for i, line := range p.Lines {
		row := t.row(c, line)
		row.keep = i >= len(p.Lines)-2
		blocks = append(blocks, row)
	}
	if t.summed {
		blocks = append(blocks, t.sums(c))
	}
	return blocks
}

// row sets one line: its description with the small print below, and the other cells level with the first line of it.
func (t table) row(c canvas, line Line) block {
	width := t.columns[t.described].width
	names := c.wrap(textStyle, line.Description, width, mostDescription)
	small := c.wrap(smallStyle, line.details(), width, 6)
	small = append(small, c.wrap(smallStyle, line.Notes, width, mostNotes)...)

	cells := make([][]string, len(t.columns))
	tallest := 1
	for i, col := range t.columns {
		if i != t.described {
			cells[i] = c.wrap(textStyle, col.cell(line), col.width, 4)
			tallest = max(tallest, len(cells[i]))
		}
	}
	cells[t.described] = names
	described := float64(len(names))*textStyle.leading + float64(len(small))*smallStyle.leading
	height := max(described, float64(tallest)*textStyle.leading) + 2*rowPadding

	return block{height: height, row: true, draw: func(y float64) {
		top := y + rowPadding
		for i, col := range t.columns {
			for n, text := range cells[i] {
				t.cell(c, textStyle, col, top+float64(n)*textStyle.leading, text)
			}
		}
		below := top + float64(len(names))*textStyle.leading
		for n, text := range small {
			c.left(smallStyle, t.columns[t.described].x, below+float64(n)*smallStyle.leading, text)
		}
		c.rule(pale, 0.5, t.left, t.right, y+height)
	}}
}

// sums are the totals of the counted columns, below the last line.
func (t table) sums(c canvas) block {
	height := strongStyle.leading + 2*rowPadding
	return block{height: height, row: true, keep: true, draw: func(y float64) {
		for _, col := range t.columns {
			t.cell(c, strongStyle, col, y+rowPadding, c.fit(strongStyle, col.sum, col.width))
		}
	}}
}
