package document

// totalsWidth is how wide the box of amounts at the right edge is.
const totalsWidth = 226.0

// style is how a row of the totals box is set.
func (s *sheet) style(r rank) style {
	switch r {
	case totalRow:
		return totalStyle.in(s.accent)
	case balanceRow:
		return strongStyle
	}
	return textStyle
}

// totals returns the blocks of the totals box, which stay together and with the table's last lines. The notes stand to
// the left of the box if they fit; otherwise notes returns their blocks.
func (s *sheet) totals() []block {
	rows := s.content.sums()
	blocks := make([]block, 0, len(rows)+1)
	height := 0.0
	for _, row := range rows {
		b := s.sumBlock(row)
		b.keep = true // keeps the last row with the small print, if there is any
		height += b.height
		blocks = append(blocks, b)
	}
	beside := s.right - s.left - totalsWidth - 3*gutter
	notes := textStyle.wrap(s.content.Notes, beside, 0)
	tall := labelStyle.leading + float64(len(notes))*textStyle.leading
	switch {
	case len(notes) == 0:
	case len(blocks) > 0 && tall <= height && height < s.bottom-s.top-100:
		drawSum := blocks[0].draw
		blocks[0].draw = func(y float64) {
			drawSum(y)
			s.canvas.left(labelStyle, s.left, y+3, "Notes")
			s.column(textStyle, s.left, y+3+labelStyle.leading, notes)
		}
	default:
		blocks = append(blocks, s.notes()...)
	}
	return append([]block{{height: 6, keep: true, draw: func(float64) {}}}, blocks...)
}

func (s *sheet) sumBlock(row sum) block {
	st, ruled := s.style(row.rank), row.rank == totalRow
	left := s.right - totalsWidth
	amount := st.fit(row.amount, totalsWidth*0.62)
	labels := st.wrap(row.label, totalsWidth-gutter-st.width(amount), 4)
	above := 3.0
	if ruled {
		above = 8
	}
	return block{height: above + float64(max(1, len(labels)))*st.leading, draw: func(y float64) {
		if ruled {
			s.rule(s.accent, 1.2, left, s.right, y+5)
		}
		s.column(st, left, y+above, labels)
		s.canvas.right(st, s.right, y+above, amount)
	}}
}

// notes returns the notes across the whole width, one block for each line, so that they can continue on the next page.
func (s *sheet) notes() []block {
	lines := textStyle.wrap(s.content.Notes, s.right-s.left, 0)
	blocks := []block{{height: 14 + labelStyle.leading, keep: true, draw: func(y float64) {
		s.canvas.left(labelStyle, s.left, y+14, "Notes")
	}}}
	indents := textStyle.indents(lines)
	for i, line := range lines {
		blocks = append(blocks, block{height: textStyle.leading, keep: i == 0 && len(lines) > 1, draw: func(y float64) {
			s.canvas.left(textStyle, s.left+indents[i], y, line)
		}})
	}
	return blocks
}

// smallPrint returns the footer at the very end.
func (s *sheet) smallPrint() []block {
	lines := smallStyle.wrap(s.content.Footer, s.right-s.left, 0)
	if len(lines) == 0 {
		return nil
	}
	blocks := []block{{height: 22, keep: true, draw: func(float64) {}}}
	indents := smallStyle.indents(lines)
	for i, line := range lines {
		blocks = append(blocks, block{height: smallStyle.leading, keep: i < len(lines)-1 && len(lines) < 12, draw: func(y float64) {
			s.canvas.left(smallStyle, s.left+indents[i], y, line)
		}})
	}
	return blocks
}
