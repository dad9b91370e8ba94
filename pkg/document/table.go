package document

// table is the line table with its layout for one sheet.
type table struct {
	columns     []column // the description is columns[described]
	described   int
	left, right float64
	summed      bool // sums stand below the last line

	text, strong, label, small style // smaller than usual where the numbers need the room
}

const (
	gutter          = 8.0  // between columns
	narrowest       = 92.0 // the description gets less only when the SKU cannot get narrower
	leastWords      = 84.0 // minimum width of the description in text of the usual size
	leastSKU        = 50.0
	leastSize       = 5.0 // no document within the limits needs it
	sizeStep        = 0.25
	rowPadding      = 3.2
	headerHeight    = 17.0
	mostDescription = 24 // lines; a longer text is cut, because a row must fit on a page
	mostNotes       = 24
)

// arrange gives each column the width of its widest cell, and the description the rest. A number that is broken over
// lines reads as another number. If there is too little room, the words get narrower first, and then all text gets
// smaller.
func arrange(p Content, left, right float64) table {
	t := table{columns: p.columns(), left: left, right: right}
	t.summed = p.summed(t.columns)
	for i := range t.columns {
		col := &t.columns[i]
		if col.described {
			t.described = i
			continue
		}
		col.titled = labelStyle.width(col.title)
		col.widest = strongStyle.width(col.sum)
		for _, line := range p.Lines {
			col.widest = max(col.widest, textStyle.width(col.cell(line)))
		}
	}
	size := textStyle.size
	for !t.place(size) && size > leastSize {
		size -= sizeStep
	}
	return t
}

// place puts the columns side by side in text of at most this size. It reports whether the numbers leave enough room
// for the words. If they do not, all columns except the description are narrower than their cells.
func (t *table) place(size float64) bool {
	t.text, t.strong, t.label, t.small = textStyle.atMost(size), strongStyle.atMost(size), labelStyle.atMost(size), smallStyle.atMost(size)
	scale := size / textStyle.size
	free := t.right - t.left - gutter*float64(len(t.columns)-1)
	taken := 0.0
	for i := range t.columns {
		if i != t.described {
			t.columns[i].width = t.columns[i].wide(scale, t.label.size/labelStyle.size)
			taken += t.columns[i].width
		}
	}
	for i := range t.columns {
		if col := &t.columns[i]; col.most > 0 {
			given := min(narrowest-(free-taken), col.width-leastSKU*scale)
			col.width -= max(0, given)
			taken -= max(0, given)
		}
	}
	fits := free-taken >= leastWords*scale
	shrink := 1.0
	if !fits {
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
	return fits
}

// wide returns the width of a column whose cells and title have these shares of their usual sizes.
func (col column) wide(cells, title float64) float64 {
	width := max(col.widest*cells, col.titled*title) + 0.5
	if col.most > 0 {
		return min(col.most, width)
	}
	return width
}

// header draws the column titles.
func (t table) header(c canvas, accent ink, y float64) {
	for _, col := range t.columns {
		t.cell(c, t.label, col, y+3, []string{col.title})
	}
	c.rule(accent, 0.9, t.left, t.right, y+headerHeight-1)
}

// cell draws the lines of one cell whose top is y.
func (t table) cell(c canvas, s style, col column, y float64, lines []string) {
	if col.left {
		c.column(s, col.x, y, lines)
		return
	}
	for _, text := range lines {
		c.right(s, col.x+col.width, y, text)
		y += s.leading
	}
}

// rows returns the blocks of the lines and of the sums below them. The last two lines stay together with what follows.
func (t table) rows(c canvas, p Content) []block {
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

// row draws one line: its description with the small print below, and the other cells aligned with its first line.
func (t table) row(c canvas, line Line) block {
	width := t.columns[t.described].width
	names := t.text.wrap(line.Description, width, mostDescription)
	small := t.small.wrap(line.details(), width, 6)
	small = append(small, t.small.wrap(line.Notes, width, mostNotes)...)

	cells := make([][]string, len(t.columns))
	tallest := 1
	for i, col := range t.columns {
		if i != t.described {
			cells[i] = t.text.wrap(col.cell(line), col.width, mostDescription)
			tallest = max(tallest, len(cells[i]))
		}
	}
	cells[t.described] = names
	described := float64(len(names))*t.text.leading + float64(len(small))*t.small.leading
	height := max(described, float64(tallest)*t.text.leading) + 2*rowPadding

	return block{height: height, row: true, draw: func(y float64) {
		top := y + rowPadding
		for i, col := range t.columns {
			t.cell(c, t.text, col, top, cells[i])
		}
		c.column(t.small, t.columns[t.described].x, top+float64(len(names))*t.text.leading, small)
		c.rule(pale, 0.5, t.left, t.right, y+height)
	}}
}

// sums draws the totals of the counted columns below the last line. A sum is never cut, because a part of it would be a
// wrong number.
func (t table) sums(c canvas) block {
	cells := make([][]string, len(t.columns))
	tallest := 1
	for i, col := range t.columns {
		cells[i] = t.strong.wrap(col.sum, col.width, mostDescription)
		tallest = max(tallest, len(cells[i]))
	}
	height := float64(tallest)*t.strong.leading + 2*rowPadding
	return block{height: height, row: true, keep: true, draw: func(y float64) {
		for i, col := range t.columns {
			t.cell(c, t.strong, col, y+rowPadding, cells[i])
		}
	}}
}
