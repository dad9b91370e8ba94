package document

// block is a part of a document that is never split over pages: a line of goods, the totals box, or one line of the
// notes.
type block struct {
	height float64
	keep   bool            // stays on the page of the block after it
	row    bool            // belongs to the table, so its page needs the table's header
	draw   func(y float64) // y is the block's top edge
}

// room is the height available on pages.
type room struct {
	first, rest float64 // of the first page and of each later one
	header      float64 // taken by the table's header on each page that has a row
}

// paginate distributes the blocks over pages in order. A run of kept blocks moves to the next page together, so that
// the totals are never alone on a page. A run longer than a page is split at the page's end. A block higher than a page
// gets its own page.
func paginate(blocks []block, r room) [][]block {
	var pages [][]block
	for start := 0; start < len(blocks); {
		free := r.rest
		if len(pages) == 0 {
			free = r.first
		}
		end := fill(blocks, start, free, r.header)
		if end < len(blocks) {
			end = backToSeam(blocks, start, end)
		}
		pages = append(pages, blocks[start:end])
		start = end
	}
	return pages
}

// fill returns the index after the last block that fits on a page that begins with start. It is at least start+1.
func fill(blocks []block, start int, free, header float64) int {
	headed := false
	for i := start; i < len(blocks); i++ {
		need := blocks[i].height
		if blocks[i].row && !headed {
			need, headed = need+header, true
		}
		if free -= need; free < 0 && i > start {
			return i
		}
	}
	return len(blocks)
}

// backToSeam moves a page's end before the blocks that must stay with what follows, unless nothing would be left on the
// page.
func backToSeam(blocks []block, start, end int) int {
	seam := end
	for seam > start && blocks[seam-1].keep {
		seam--
	}
	if seam == start {
		return end
	}
	return seam
}
