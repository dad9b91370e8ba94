package keyset

import (
	"reflect"
	"sync"
)

// usualPage is the number of rows that a page gets memory for before they are read.
const usualPage = 64

// pools are *sync.Pool by type of row, with the memory that pages were read into: a quarter of what a page takes, because rows are wide.
var pools sync.Map

func poolOf[R any]() *sync.Pool {
	pool, ok := pools.Load(reflect.TypeFor[R]())
	if !ok {
		pool, _ = pools.LoadOrStore(reflect.TypeFor[R](), new(sync.Pool))
	}
	return pool.(*sync.Pool) //nolint:errcheck // only pools go in
}

// borrow returns empty memory for the rows of a page. A page after another is usually full.
func borrow[R any](limit int, later bool) []found[R] {
	switch {
	case limit < usualPage:
	case later:
		return make([]found[R], 0, limit+1)
	default:
		return make([]found[R], 0, usualPage)
	}
	if kept, ok := poolOf[R]().Get().(*[]found[R]); ok {
		return *kept
	}
	return make([]found[R], 0, usualPage)
}

// giveBack keeps the memory of rows that nobody uses any more.
func giveBack[R any](rows []found[R]) {
	if cap(rows) != usualPage {
		return
	}
	clear(rows)
	rows = rows[:0]
	poolOf[R]().Put(&rows)
}
