package keyset

import (
	"context"
	"fmt"
	"math/big"
	"strings"
)

// Sums are sums over rows. If 10,000 rows match, or if as many are examined as the bounds allow, they are the sums of the first rows,
// and not exact.
type Sums struct {
	Rows  int // the rows that were added up
	Exact bool
	Of    []*big.Int // by column
}

// half splits a number into two parts, which are added up apart, because the sum of many large numbers exceeds 64 bits.
const half = 1_000_000

// Sum adds up columns of integers over the rows that match, in at most two statements.
func (t *Table[F, R]) Sum(ctx context.Context, db DB, scope string, f F, b Bounds, columns ...string) (Sums, error) {
	sums := Sums{Exact: true, Of: make([]*big.Int, len(columns))}
	for i := range columns {
		sums.Of[i] = new(big.Int)
	}
	l, ok := t.list(db, scope, f)
	if !ok {
		return sums, nil
	}
	r := &reading{list: l}
	if err := settle(ctx, db, []*reading{r}, b.Few); err != nil {
		return sums, fmt.Errorf("add up %s: %w", t.Name, err)
	}
	var n, last int // the rows that match, and those that were read
	halves := make([]int64, 2*len(columns))
	into := []any{&n, &last}
	for i := range halves {
		into = append(into, &halves[i])
	}
	q := r.sum(columns, b)
	if err := db.WithContext(ctx).Raw(q.text.String(), q.args...).Row().Scan(into...); err != nil {
		return sums, fmt.Errorf("add up %s: %w", t.Name, err)
	}
	sums.Rows, sums.Exact = n, r.few || last < sumLimit(b)
	for i, sum := range sums.Of {
		sum.Mul(big.NewInt(halves[2*i]), big.NewInt(half))
		sum.Add(sum, big.NewInt(halves[2*i+1]))
	}
	return sums, nil
}

// sumLimit is how many rows are added up at most. One more than a count counts shows that there are more.
func sumLimit(b Bounds) int { return min(b.Examined, countLimit+1) }

// sum is the statement that adds up the rows of a reading, and counts those that were read.
func (r *reading) sum(columns []string, b Bounds) *query {
	limit := sumLimit(b)
	if r.few {
		limit = b.Few
	}
	var named, sums []string
	for i, column := range columns {
		named = append(named, fmt.Sprintf("%s AS c%d", column, i))
		for _, op := range []string{"/", "%"} {
			sums = append(sums, fmt.Sprintf("CAST(coalesce(sum(CASE WHEN hit THEN c%d %s %d END), 0) AS bigint)", i, op, half))
		}
	}
	return (&query{}).add("SELECT count(CASE WHEN hit THEN 1 END), count(*), " + strings.Join(sums, ", ") + " FROM (").
		sub(r.rows(strings.Join(named, ", "), "hit", limit)).add(") r")
}
