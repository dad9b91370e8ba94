package document

const (
	logoHeight = 46.0 // the maximum height of a logo, in points
	logoWidth  = 190.0
	badgeWidth = 72.0 // a wider logo stands above the sender's name, not beside it
	factsAbove = 4    // facts side by side
	wideFact   = 2    // a value with more lines gets the whole width
	mostLines  = 12   // of an address; the rest is cut, because the letterhead must fit on a page
)

// letterhead returns the top of the first page: the sender on the left, the title and number on the right.
func (s *sheet) letterhead() block {
	head := s.content.Letterhead
	width := (s.right - s.left) * 0.55
	mark := s.logo(head.Logo)
	x, above := s.left, 0.0
	switch {
	case mark.draw == nil:
	case mark.width <= badgeWidth:
		x += mark.width + 14
	default:
		above = mark.height + 9
	}

	name := nameStyle.wrap(head.Name, s.left+width-x, 3)
	small := textStyle.in(grey)
	lines := small.wrap(joined("\n", head.Address, head.Sender), s.left+width-x, mostLines)
	if head.TaxID != "" {
		lines = append(lines, small.fit(prefixed("Tax ID ", head.TaxID), s.left+width-x))
	}
	heading := titleStyle.in(s.accent)
	title := heading.wrap(s.content.title(), s.right-s.left-width-gutter, 2)
	number := numberStyle.fit(s.content.Number, s.right-s.left-width-gutter)

	ours := max(mark.height, above+float64(len(name))*nameStyle.leading+float64(len(lines))*small.leading)
	theirs := float64(len(title))*titleStyle.leading + numberStyle.leading
	return block{height: max(ours, theirs) + 24, keep: true, draw: func(y float64) {
		if mark.draw != nil {
			mark.draw(y)
		}
		s.column(small, x, s.column(nameStyle, x, y+above-2, name), lines)
		at := y - 5 // aligns the title's capitals with the name's
		for _, text := range title {
			s.canvas.right(heading, s.right, at, text)
			at += heading.leading
		}
		s.canvas.right(numberStyle, s.right, at, number)
	}}
}

// mark is the logo as it is printed. Without a logo, draw is nil.
type mark struct {
	width, height float64
	draw          func(y float64)
}

// logo prepares the picture. It leaves out a picture that cannot be read, because a logo must not stop an invoice.
func (s *sheet) logo(data []byte) mark {
	if len(data) == 0 {
		return mark{}
	}
	found, err := readyLogo(data)
	if err != nil {
		return mark{}
	}
	scale := min(logoHeight/float64(found.height), logoWidth/float64(found.width))
	w, h := float64(found.width)*scale, float64(found.height)*scale
	return mark{width: w, height: h, draw: func(y float64) { s.pdf.Image(found.picture, s.left, y, w, h) }}
}

// parties returns the two addresses side by side.
func (s *sheet) parties() block {
	half := (s.right - s.left - 2*gutter) / 2
	customer := s.content.Customer
	name := nameStyle.wrap(customer.Name, half, 3)
	lines := textStyle.wrap(joined("\n", customer.Address...), half, mostLines)
	small := labelStyle
	details := small.wrap(beside("  ·  ", prefixed("Customer ", customer.Code), prefixed("Tax ID ", customer.TaxID), prefixed("Tel. ", customer.Phone)), half, 3)

	shipName, ship := []string(nil), textStyle.wrap(joined("\n", s.content.ShipTo...), half, mostLines)
	if len(s.content.ShipTo) > 0 {
		shipName = nameStyle.wrap(s.content.ShipTo[0], half, 3)
		ship = textStyle.wrap(joined("\n", s.content.ShipTo[1:]...), half, mostLines)
	}
	if len(name)+len(lines)+len(details)+len(ship)+len(shipName) == 0 {
		return block{keep: true, draw: func(float64) {}}
	}
	first := float64(len(name))*nameStyle.leading + float64(len(lines))*textStyle.leading + float64(len(details))*small.leading
	second := float64(len(shipName))*nameStyle.leading + float64(len(ship))*textStyle.leading
	label := labelStyle.leading + 1

	return block{height: label + max(first, second) + 16, keep: true, draw: func(y float64) {
		s.canvas.left(labelStyle, s.left, y, s.content.billTo())
		below := s.column(nameStyle, s.left, y+label, name)
		below = s.column(textStyle, s.left, below, lines)
		s.column(small, s.left, below+1, details)
		if len(shipName)+len(ship) > 0 {
			x := s.left + half + 2*gutter
			s.canvas.left(labelStyle, x, y, "Ship to")
			s.column(textStyle, x, s.column(nameStyle, x, y+label, shipName), ship)
		}
	}}
}

// fact is one labelled value, wrapped for its place in the grid.
type fact struct {
	label string
	value []string
	wide  bool // has a row of its own
}

// facts returns the rows of the grid above the table. All of them stay together with the table's first line.
func (s *sheet) facts() []block {
	cell := (s.right - s.left - gutter*(factsAbove-1)) / factsAbove
	var rows [][]fact
	var row []fact
	for _, f := range s.content.facts() {
		next := fact{label: labelStyle.fit(f.Label, cell), value: textStyle.wrap(f.Value, cell, 0)}
		if len(next.value) > wideFact {
			next.value, next.wide = textStyle.wrap(f.Value, s.right-s.left, mostLines), true
			next.label = labelStyle.fit(f.Label, s.right-s.left)
		}
		if len(row) > 0 && (next.wide || row[0].wide || len(row) == factsAbove) {
			rows, row = append(rows, row), nil
		}
		row = append(row, next)
	}
	if len(row) > 0 {
		rows = append(rows, row)
	}
	blocks := make([]block, 0, len(rows)+1)
	for i, row := range rows {
		blocks = append(blocks, s.factRow(row, cell, i == 0))
	}
	return append(blocks, block{height: 12, keep: true, draw: func(float64) {}})
}

func (s *sheet) factRow(row []fact, cell float64, first bool) block {
	tallest := 0
	for _, f := range row {
		tallest = max(tallest, len(f.value))
	}
	height := labelStyle.leading + float64(tallest)*textStyle.leading + 9
	return block{height: height, keep: true, draw: func(y float64) {
		if first {
			s.rule(pale, 0.5, s.left, s.right, y)
		}
		for i, f := range row {
			x := s.left + float64(i)*(cell+gutter)
			s.canvas.left(labelStyle, x, y+4.5, f.label)
			s.column(textStyle, x, y+4.5+labelStyle.leading, f.value)
		}
		s.rule(pale, 0.5, s.left, s.right, y+height)
	}}
}
