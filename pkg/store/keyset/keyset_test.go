package keyset_test

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/glebarez/sqlite"
	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// book is a row of a list that is not about orders.
type book struct {
	Library, ID, Title, Genre string
	Pages                     int64
	Lent                      bool
}

type bookFilter struct {
	Genres             []string
	Lent               *bool
	Title              string // prefix of the title
	MinPages, MaxPages *int64
}

func bookTable() *keyset.Table[bookFilter, book] {
	titles := func(_, text string) []keyset.Branch {
		return keyset.Prefixes(keyset.Prefix{Column: "title", Text: text})
	}
	return &keyset.Table[bookFilter, book]{
		Name: "books", Scope: "library", Columns: "library, id, title, genre, pages, lent", ID: func(b *book) string { return b.ID },
		Sorts: map[keyset.SortKey]keyset.Column[book]{
			"title": keyset.ByText("title", func(b *book) string { return b.Title }),
			"pages": keyset.ByInt("pages", func(b *book) int64 { return b.Pages }),
		},
		Filters: []keyset.Filter[bookFilter]{
			keyset.In("genre", "genre", func(f *bookFilter) *[]string { return &f.Genres }, nil),
			keyset.Bool("lent", "lent", func(f *bookFilter) *bool { return f.Lent }),
			keyset.Search("q", func(f *bookFilter) string { return f.Title }, titles),
			keyset.Between("pages", func(f *bookFilter) keyset.Ends {
				return keyset.Ends{From: keyset.Int(f.MinPages), To: keyset.Int(f.MaxPages)}
			}),
		},
		Indexes: []keyset.Index[bookFilter]{
			{Name: "books_genre", Filters: []string{"genre"}, Sorted: "title", Branches: func(_ string, f *bookFilter) []keyset.Branch {
				return keyset.EachOf("genre = ?", keyset.Texts(f.Genres))
			}},
			{Name: "books_title", Sorted: "title"},
			{Name: "books_pages", Sorted: "pages"},
		},
		Facets: []keyset.Facet[bookFilter]{
			keyset.FacetOf("genre", "genre", genres, func(f *bookFilter) *[]string { return &f.Genres }),
			keyset.FacetBool("lent", "lent", func(f *bookFilter) **bool { return &f.Lent }),
			{
				Name: "pages", Text: "CAST(pages AS text)", Label: "genre",
				Only: func(f *bookFilter, value string) {
					n, _ := strconv.ParseInt(value, 10, 64)
					f.MinPages, f.MaxPages = &n, &n
				},
				Any: func(f *bookFilter) { f.MinPages, f.MaxPages = nil, nil },
			},
		},
	}
}

var genres = []string{"crime", "poetry", "travel"}

func (f bookFilter) matches(b book) bool {
	return (len(f.Genres) == 0 || slices.Contains(f.Genres, b.Genre)) && (f.Lent == nil || *f.Lent == b.Lent) &&
		(f.Title == "" || len(b.Title) >= len(f.Title) && b.Title[:len(f.Title)] == f.Title) &&
		(f.MinPages == nil || b.Pages >= *f.MinPages) && (f.MaxPages == nil || b.Pages <= *f.MaxPages)
}

func library(t *testing.T, n int) (keyset.DB, *rand.Rand, []book) {
	conn, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	conn.SetMaxOpenConns(1)
	db, err := gorm.Open(&sqlite.Dialector{Conn: conn}, &gorm.Config{Logger: logger.Discard})
	require.NoError(t, err)
	for _, text := range []string{
		"CREATE TABLE books (library TEXT, id TEXT, title TEXT, genre TEXT, pages INTEGER, lent BOOLEAN)",
		"CREATE INDEX books_genre ON books (library, genre, title, id)",
		"CREATE INDEX books_title ON books (library, title, id)",
		"CREATE INDEX books_pages ON books (library, pages, id)",
	} {
		require.NoError(t, db.Exec(text).Error)
	}
	r := rand.New(rand.NewPCG(1, 2))
	var books []book
	for i := range n {
		b := book{Library: "here", ID: uuid.NewString(), Title: fmt.Sprintf("%c%d", 'a'+r.IntN(4), r.IntN(20)), Genre: genres[r.IntN(3)], Pages: r.Int64N(50), Lent: r.IntN(3) == 0}
		if i%5 == 0 {
			b.Library = "elsewhere"
		} else {
			books = append(books, b)
		}
		require.NoError(t, db.Create(&b).Error)
	}
	return keyset.DB{DB: db, Compound: true}, r, books
}

func randomFilter(r *rand.Rand) bookFilter {
	var f bookFilter
	if r.IntN(2) == 0 {
		f.Genres = []string{genres[r.IntN(3)], genres[r.IntN(3)]}
	}
	if r.IntN(3) == 0 {
		f.Lent = new(r.IntN(2) == 0)
	}
	if r.IntN(3) == 0 {
		f.Title = string(rune('a' + r.IntN(4)))
	}
	if r.IntN(3) == 0 {
		f.MinPages, f.MaxPages = new(r.Int64N(25)), new(20+r.Int64N(25))
	}
	return f
}

// A walk forward and back reads every matching row once and in order, even with tiny limits of examined rows.
func TestWalkMeetsEveryRowOnce(t *testing.T) {
	ctx, table := context.Background(), bookTable()
	db, r, books := library(t, 400)
	for i := range 120 {
		db.Compound = i%2 == 0 // SQLite takes the statements of both databases
		f, request := randomFilter(r), keyset.Request{Sort: keyset.Sort{Key: []keyset.SortKey{"title", "pages"}[r.IntN(2)], Desc: r.IntN(2) == 0}, Window: keyset.Window{Limit: 1 + r.IntN(40)}}
		bounds := []keyset.Bounds{keyset.PageBounds, {Examined: 30, Few: 0}, {Examined: 50, Few: 100}, {Examined: 7, Few: 0, Fill: time.Minute}, {Examined: 7, Few: 0, Fill: time.Minute, Many: 60}}[i%5]
		want := slices.DeleteFunc(slices.Clone(books), func(b book) bool { return !f.matches(b) })
		slices.SortFunc(want, func(a, b book) int {
			c := cmp.Compare(a.Title, b.Title)
			if request.Sort.Key == "pages" {
				c = cmp.Compare(a.Pages, b.Pages)
			}
			c = cmp.Or(c, cmp.Compare(a.ID, b.ID))
			if request.Sort.Desc {
				c = -c
			}
			return c
		})
		var there []book
		var last keyset.Page[book]
		for {
			page, err := table.Page(ctx, db, "here", f, request, bounds)
			require.NoError(t, err)
			require.LessOrEqual(t, len(page.Rows), request.Limit)
			if bounds.Fill > 0 && page.Next != nil {
				require.Len(t, page.Rows, request.Limit, "%+v", f)
			}
			there, last = append(there, page.Rows...), page
			if request.After = page.Next; request.After == nil {
				break
			}
		}
		back := last.Rows
		for last.Prev != nil {
			request.Before = last.Prev
			page, err := table.Page(ctx, db, "here", f, request, bounds)
			require.NoError(t, err)
			if bounds.Fill > 0 && page.Prev != nil {
				require.Len(t, page.Rows, request.Limit, "%+v", f)
			}
			back, last = append(slices.Clone(page.Rows), back...), page
		}
		require.Equal(t, len(want), len(there), "%+v", f)
		for i := range want {
			require.Equal(t, want[i], there[i], "%+v", f)
			require.Equal(t, want[i], back[i], "%+v", f)
		}

		tallies, err := table.Count(ctx, db, "here", []bookFilter{f, {Genres: []string{"\x00"}}}, keyset.CountBounds)
		require.NoError(t, err)
		require.Equal(t, []keyset.Tally{{N: len(want), Exact: true}, {N: 0, Exact: true}}, tallies)
	}
}

// A page that is made of other pages has one time for all of them, and ends short when it is over.
func TestInnerPagesShareTheTime(t *testing.T) {
	table := bookTable()
	db, _, books := library(t, 100)
	request, bounds := keyset.Request{Sort: keyset.Sort{Key: "title"}}, keyset.Bounds{Examined: 5, Fill: time.Minute}
	read := func(ctx context.Context) keyset.Page[book] {
		page, err := table.Page(ctx, db, "here", bookFilter{Lent: new(false)}, request, bounds)
		require.NoError(t, err)
		return page
	}
	require.Greater(t, len(books), 2*bounds.Examined)
	require.Len(t, read(context.Background()).Rows, 50)
	over, cancel := keyset.FillWithin(context.Background(), 0)
	defer cancel()
	short := read(over)
	require.LessOrEqual(t, len(short.Rows), bounds.Examined)
	require.NotNil(t, short.Next)
}

// A count whose weights are in another table looks there for 2,000 rows at most, and does not call the result exact if more would follow.
func TestCountLooksForFewWeights(t *testing.T) {
	ctx, table := context.Background(), bookTable()
	db, _, books := library(t, 5_000)
	require.NoError(t, db.Exec("CREATE INDEX books_id ON books (library, id)").Error)
	lent, crimes := 0, 0
	for _, b := range books {
		if b.Lent {
			lent++
		} else if b.Genre == "crime" {
			crimes++
		}
	}
	table.Weight = func(library string, _ *bookFilter) keyset.Weight {
		return keyset.Weight{
			SQL: "2", Columns: "id, lent", Looked: "NOT d.lent",
			Look: "(SELECT count(*) FROM books b WHERE b.library = ? AND b.id = d.id)", Args: []any{library},
		}
	}
	tallies, err := table.Count(ctx, db, "here", []bookFilter{{}, {Genres: []string{"crime"}, Lent: new(false)}}, keyset.CountBounds)
	require.NoError(t, err)
	require.Greater(t, len(books)-lent, 2_001)
	require.Equal(t, []keyset.Tally{{N: 2*lent + 2_001}, {N: crimes, Exact: true}}, tallies)
}

// facetBounds make a call read all rows in one pass, in a pass for each facet, or in either.
var facetBounds = []keyset.FacetBounds{
	keyset.FacetLimits, {Read: 2_000, Few: 40, Value: 1_000, Counted: 10_000, Branches: 100}, {Pass: 150, Read: 2_000, Value: 1_000, Counted: 10_000, Branches: 100},
}

func TestFacetsLeaveTheirOwnFilterOut(t *testing.T) {
	ctx, table := context.Background(), bookTable()
	db, r, books := library(t, 300)
	count := func(f bookFilter) keyset.Tally {
		n := 0
		for _, b := range books {
			if f.matches(b) {
				n++
			}
		}
		return keyset.Tally{N: n, Exact: true}
	}
	for i := range 60 {
		db.Compound = i%2 == 0
		f := randomFilter(r)
		got, err := table.CountFacets(ctx, db, "here", f, facetBounds[i%3])
		require.NoError(t, err)
		want := map[string]keyset.Counts{}
		note := func(facet, value, label string, only bookFilter) {
			counts := want[facet]
			counts.Values = append(counts.Values, keyset.Counted{Value: value, Label: label, Tally: count(only)})
			want[facet] = counts
		}
		for _, genre := range genres {
			only := f
			only.Genres = []string{genre}
			note("genre", genre, "", only)
		}
		for _, lent := range []bool{false, true} {
			only := f
			only.Lent = &lent
			note("lent", strconv.FormatBool(lent), "", only)
		}
		for pages := range int64(50) {
			only := f
			only.MinPages, only.MaxPages = &pages, &pages
			label := ""
			for _, b := range books {
				if only.matches(b) {
					label = max(label, b.Genre)
				}
			}
			if label != "" {
				note("pages", strconv.FormatInt(pages, 10), label, only)
			}
		}
		pages := want["pages"]
		slices.SortFunc(pages.Values, func(a, b keyset.Counted) int { return cmp.Or(b.N-a.N, cmp.Compare(a.Value, b.Value)) })
		pages.More = len(pages.Values) > keyset.MostFrequent
		pages.Values = pages.Values[:min(len(pages.Values), keyset.MostFrequent)]
		want["pages"] = pages
		require.Equal(t, want, got, "%+v", f)
	}
}

// A facet of many rows counts the first of them, and says so. A value with an index of its own is counted exactly all the same.
func TestFacetsOfManyRowsAreBounded(t *testing.T) {
	db, _, books := library(t, 300)
	bounds := keyset.FacetBounds{Pass: 10, Read: 50, Few: 10, Value: 150, Counted: 10_000, Branches: 100}
	got, err := bookTable().CountFacets(context.Background(), db, "here", bookFilter{Title: "d"}, bounds)
	require.NoError(t, err)
	for _, facet := range []string{"lent", "pages"} {
		n := 0
		for _, c := range got[facet].Values {
			require.False(t, c.Exact, facet)
			n += c.N
		}
		require.LessOrEqual(t, n, 50, facet)
		require.Positive(t, n, facet)
	}
	require.True(t, got["pages"].More, "unread rows may have other values")
	require.False(t, got["lent"].More)

	free, err := bookTable().CountFacets(context.Background(), db, "here", bookFilter{}, bounds)
	require.NoError(t, err)
	for _, c := range free["genre"].Values {
		n := 0
		for _, b := range books {
			if b.Genre == c.Value {
				n++
			}
		}
		require.Equal(t, keyset.Tally{N: n, Exact: true}, c.Tally, c.Value)
	}
	for _, c := range free["pages"].Values {
		require.True(t, c.Exact, "books_pages holds exactly the rows of %s pages", c.Value)
	}
	require.True(t, slices.IsSortedFunc(free["pages"].Values, func(a, b keyset.Counted) int { return b.N - a.N }))

	bounds.Counted = 100 // fewer than there are rows of a genre and of the twenty most frequent numbers of pages
	some, err := bookTable().CountFacets(context.Background(), db, "here", bookFilter{}, bounds)
	require.NoError(t, err)
	exact, counted := 0, 0
	for _, c := range some["pages"].Values {
		if !c.Exact {
			continue
		}
		exact, counted = exact+1, counted+c.N
		n := 0
		for _, b := range books {
			if strconv.FormatInt(b.Pages, 10) == c.Value {
				n++
			}
		}
		require.Equal(t, n, c.N, "%s pages: a value that the limit ended is not exact", c.Value)
	}
	require.Positive(t, exact, "rare values are counted first")
	require.LessOrEqual(t, counted, 100, "the whole has a limit")
	for _, c := range some["genre"].Values {
		require.False(t, c.Exact)
		require.Positive(t, c.N, "the rows that were read count")
	}
}

func TestSum(t *testing.T) {
	ctx, table := context.Background(), bookTable()
	db, r, books := library(t, 300)
	for i := range 60 {
		f := randomFilter(r)
		rows, pages := 0, int64(0)
		for _, b := range books {
			if f.matches(b) {
				rows, pages = rows+1, pages+b.Pages
			}
		}
		got, err := table.Sum(ctx, db, "here", f, keyset.Bounds{Examined: 1_000, Few: []int{2_000, 0, 40}[i%3]}, "pages", "-pages")
		require.NoError(t, err)
		require.Equal(t, []any{rows, true, pages, -pages}, []any{got.Rows, got.Exact, got.Of[0].Int64(), got.Of[1].Int64()}, "%+v", f)
	}
	none, err := table.Sum(ctx, db, "here", bookFilter{Genres: []string{"\x00"}}, keyset.CountBounds, "pages")
	require.NoError(t, err)
	require.Equal(t, "0", none.Of[0].String())
	require.True(t, none.Exact)

	some, err := table.Sum(ctx, db, "here", bookFilter{Lent: new(true)}, keyset.Bounds{Examined: 50, Few: 10}, "1")
	require.NoError(t, err)
	require.False(t, some.Exact)
	require.Equal(t, int64(some.Rows), some.Of[0].Int64())
	require.Less(t, some.Rows, 50)

	large, err := table.Sum(ctx, db, "here", bookFilter{}, keyset.CountBounds, "9223372036854775807", "-9223372036854775807")
	require.NoError(t, err)
	all := new(big.Int).Mul(big.NewInt(math.MaxInt64), big.NewInt(int64(len(books))))
	require.Equal(t, []string{all.String(), "-" + all.String()}, []string{large.Of[0].String(), large.Of[1].String()})
}

// A count that reaches its limit says so.
func TestCountStopsAtItsBound(t *testing.T) {
	db, _, _ := library(t, 300)
	tallies, err := bookTable().Count(context.Background(), db, "here", []bookFilter{{Lent: new(true)}}, keyset.Bounds{Examined: 50, Few: 10})
	require.NoError(t, err)
	require.False(t, tallies[0].Exact)
	require.LessOrEqual(t, tallies[0].N, 50)
}

func TestPageRefusesAPositionOfAnotherSort(t *testing.T) {
	db, _, books := library(t, 10)
	for _, p := range []keyset.Position{{Value: "a1", ID: books[0].ID}, {Value: "5", ID: "5"}, {Value: "", ID: books[0].ID}} {
		_, err := bookTable().Page(context.Background(), db, "here", bookFilter{}, keyset.Request{Sort: keyset.Sort{Key: "pages"}, Window: keyset.Window{After: &p}}, keyset.PageBounds)
		require.True(t, fault.Is(err, fault.CursorInvalid), "%v: %v", p, err)
	}
	_, err := bookTable().Page(context.Background(), db, "here", bookFilter{}, keyset.Request{Sort: keyset.Sort{Key: "title"}, Window: keyset.Window{After: &keyset.Position{Value: "a\x00", ID: books[0].ID}}}, keyset.PageBounds)
	require.True(t, fault.Is(err, fault.CursorInvalid))
}

// A list does not write to the caller's filter.
func TestFilterIsNotWrittenTo(t *testing.T) {
	db, _, _ := library(t, 20)
	f := bookFilter{Genres: []string{"crime", "crime", "\x00", "poetry"}, Lent: new(true)}
	_, err := bookTable().Page(context.Background(), db, "here", f, keyset.Request{Sort: keyset.Sort{Key: "title"}}, keyset.PageBounds)
	require.NoError(t, err)
	_, err = bookTable().CountFacets(context.Background(), db, "here", f, keyset.FacetLimits)
	require.NoError(t, err)
	require.Equal(t, bookFilter{Genres: []string{"crime", "crime", "\x00", "poetry"}, Lent: new(true)}, f)
}
