package seed

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// target is some companies of one size, which get copies of the template's documents.
type target struct {
	companies []string
	stride    int           // every document of the template, or every second one, and so on
	copies    int           // of each
	serial    int           // of the first copy in the first company; every copy in the database has its own
	step      time.Duration // between two documents
}

// targetOf plans companies with about this many orders each, as copies of a template that has a number of its own.
func targetOf(companies []string, orders, template, serial int) target {
	return target{
		companies: companies, serial: serial,
		stride: max(1, template/max(1, orders)),
		copies: max(1, orders/max(1, template)),
		step:   span / time.Duration(max(orders, template)),
	}
}

// each is how many documents a company gets of so many places of the template.
func (t target) each(places int) int { return (places + t.stride - 1) / t.stride * t.copies }

// piece is the documents of a target that one transaction copies: those at the places first to last of the template.
type piece struct {
	target
	first, last int
}

// documents is how many documents the piece makes. It begins at a place that is copied.
func (p piece) documents() int { return p.each(p.last-p.first) * len(p.companies) }

// pieceSize is about how many documents one piece makes.
const pieceSize = 10_000

func (t target) pieces(template int) []piece {
	var all []piece
	each := t.each(template)
	for at := 0; at < len(t.companies); {
		n := min(max(1, pieceSize/each), len(t.companies)-at)
		some := t
		some.companies, some.serial = t.companies[at:at+n], t.serial+at*t.copies
		places := max(1, pieceSize/t.copies/n) * t.stride
		for first := 0; first < template; first += places {
			all = append(all, piece{some, first, min(first+places, template)})
		}
		at += n
	}
	return all
}

// How a copy differs from its original. k is the number of the copy in its company. An id ends with the serial number of its copy.
const (
	newID       = "overlay({old}::text placing lpad(to_hex(g.serial + k), 5, '0') from 32)::uuid"
	newCode     = "{old} || CASE k WHEN 0 THEN '' ELSE '-' || k END"
	newSequence = "{old} * {copies} + k"
	newNumber   = "t.o_origin || digits(t.o_sequence * {copies} + k)"
	newTime     = "{old} + k * interval '{step}'"
	// The words as order.SearchWords computes them of the new number and the new code: sorted, and without one that begins the next.
	newWords = `(SELECT ' ' || string_agg(word, ' ' ORDER BY word COLLATE "C") FROM (SELECT word, lead(word) OVER (ORDER BY word COLLATE "C") AS next FROM (
		SELECT CASE w WHEN lower(t.o_number) THEN lower(` + newNumber + `) ELSE w END AS word FROM unnest(string_to_array(ltrim({old}), ' ')) w
		UNION SELECT k::text WHERE k > 0) u) n WHERE next IS NULL OR NOT starts_with(next, word))`
)

// withWords inserts orders and their index of words.
const withWords = `WITH o AS (%s RETURNING company_id, id, words)
	INSERT INTO order_words (company_id, order_id, word) SELECT company_id, id, unnest(string_to_array(ltrim(words), ' ')) FROM o`

// rule says how a table is copied. A column that it does not name keeps its value.
type rule struct {
	table   string
	belongs string            // SQL: whether the row t belongs to the template's document o; for a table of customers, the column with the customer
	changes map[string]string // the new value of a column
	omitted string            // a column that the database sets
}

var customerRules = []rule{
	{table: "customers", belongs: "id", changes: map[string]string{"id": newID, "code": newCode, "code_key": newCode, "code_search": newCode}},
	{table: "customer_emails", belongs: "customer_id", changes: map[string]string{"customer_id": newID}},
	{table: "customer_owners", belongs: "customer_id", changes: map[string]string{"customer_id": newID}},
}

var documentRules = []rule{
	{table: "checkouts", belongs: "t.id = o.checkout_id", changes: map[string]string{"id": newID, "created_at": newTime}},
	{table: "orders", belongs: "t.id = o.id", changes: map[string]string{
		"id": newID, "checkout_id": newID, "customer_id": newID, "invoice_id": newID, "sequence": newSequence, "number": newNumber,
		"customer_code": newCode, "code_key": newCode, "words": newWords, "placed_at": newTime, "checked_out_at": newTime,
		"confirmed_at": newTime, "voided_at": newTime, "invoiced_at": newTime, "created_at": newTime,
		"updated_at": "{old} - k * interval '1 second'",
	}},
	{table: "order_lines", belongs: "t.order_id = o.id", changes: map[string]string{"order_id": newID, "id": newID, "checked_out_at": newTime}},
	{table: "events", belongs: "t.order_id = o.id", changes: map[string]string{"order_id": newID, "id": newID, "at": newTime}, omitted: "seq"},
	{table: "invoices", belongs: "t.order_id = o.id", changes: map[string]string{
		"id": newID, "order_id": newID, "customer_id": newID, "customer_code": newCode, "issued_at": newTime,
		"sequence": newSequence, "number": "'INV-' || digits(t.sequence * {copies} + k)",
	}},
	{table: "payments", belongs: "t.order_id = o.id", changes: map[string]string{
		"id": newID, "order_id": newID, "reference": "CASE {old} WHEN '' THEN '' ELSE {old} || '-' || k END", "paid_at": newTime, "recorded_at": newTime,
	}},
}

// prepare copies the template's rows into tables of their own, which have few rows and the place and number of the document beside
// each row. It also adds how a number is written.
func (f *filler) prepare(ctx context.Context, source string) error {
	texts := []string{
		`CREATE FUNCTION digits(n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN n > 999999 THEN n::text ELSE lpad(n::text, 6, '0') END $$`,
	}
	for _, r := range customerRules {
		texts = append(texts, fmt.Sprintf("CREATE UNLOGGED TABLE template_%s AS SELECT * FROM %s WHERE company_id = '%s'", r.table, r.table, source))
	}
	for _, r := range documentRules {
		texts = append(texts, fmt.Sprintf(`CREATE UNLOGGED TABLE template_%s AS SELECT t.*, o.place AS o_place, o.origin AS o_origin, o.number AS o_number, o.sequence AS o_sequence
			FROM (SELECT *, (row_number() OVER (ORDER BY placed_at, id) - 1)::int AS place FROM orders WHERE company_id = '%s') o
			JOIN %s t ON t.company_id = o.company_id AND %s ORDER BY o.place`, r.table, source, r.table, r.belongs),
			fmt.Sprintf("CREATE INDEX ON template_%s (o_place)", r.table), "ANALYZE template_"+r.table)
	}
	for _, text := range texts {
		if _, err := f.pool.Exec(ctx, text); err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
	}
	return nil
}

// tidy removes what prepare created.
func (f *filler) tidy(ctx context.Context) error {
	var tables []string
	for _, r := range append(customerRules, documentRules...) {
		tables = append(tables, "template_"+r.table)
	}
	_, err := f.pool.Exec(ctx, "DROP TABLE "+strings.Join(tables, ", ")+"; DROP FUNCTION digits")
	return err
}

// columns are the columns of every table in their order.
func (f *filler) columns(ctx context.Context) (map[string][]string, error) {
	rows, err := f.pool.Query(ctx, "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position")
	if err != nil {
		return nil, err
	}
	all := map[string][]string{}
	var table, column string
	_, err = pgx.ForEachRow(rows, []any{&table, &column}, func() error {
		all[table] = append(all[table], column)
		return nil
	})
	return all, err
}

// copyWork copies all pieces, after the customers of their companies.
func (f *filler) copyWork(ctx context.Context, targets []target, template int) error {
	columns, err := f.columns(ctx)
	if err != nil {
		return err
	}
	err = each(ctx, f.pool, targets, func(ctx context.Context, c *pgx.Conn, t target) error {
		return execute(ctx, c, t.statements(customerRules, columns, t.buyers(), "g.serial"))
	})
	if err != nil {
		return err
	}
	var work []piece
	for _, t := range targets {
		work = append(work, t.pieces(template)...)
	}
	all := f.documents()
	err = each(ctx, f.pool, work, func(ctx context.Context, c *pgx.Conn, p piece) error {
		which := fmt.Sprintf("t.o_place >= %d AND t.o_place < %d AND t.o_place %% %d = 0", p.first, p.last, p.stride)
		if err := execute(ctx, c, p.statements(documentRules, columns, which, "g.serial, t.o_place, k")); err != nil {
			return err
		}
		done := f.done.Add(int64(p.documents()))
		f.plan.Progress(templateShare+copyShare*min(1, float64(done)/float64(all)), fmt.Sprintf("%d of %d documents", min(int(done), all), all))
		return nil
	})
	if err != nil {
		return err
	}
	_, err = f.pool.Exec(ctx, `
		UPDATE counters c SET value = greatest(value, last) FROM (SELECT company_id, max(sequence) AS last FROM orders GROUP BY 1) o
			WHERE o.company_id = c.company_id AND series = 'order';
		UPDATE counters c SET value = greatest(value, last) FROM (SELECT company_id, max(sequence) AS last FROM invoices GROUP BY 1) i
			WHERE i.company_id = c.company_id AND series = 'invoice'`)
	return err
}

// buyers selects the customers of the documents that the target gets.
func (t target) buyers() string {
	return fmt.Sprintf("EXISTS (SELECT 1 FROM template_orders o WHERE o.customer_id = t.{customer} AND o.o_place %% %d = 0)", t.stride)
}

// execute runs several statements in one transaction.
func execute(ctx context.Context, c *pgx.Conn, statements []string) error {
	for _, s := range append(append([]string{"BEGIN"}, statements...), "COMMIT") {
		if _, err := c.Exec(ctx, s, pgx.QueryExecModeSimpleProtocol); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// statements returns the statements that copy the tables. Documents that follow each other in time are written next to each other, as
// in a company that has grown.
func (t target) statements(rules []rule, columns map[string][]string, which, order string) []string {
	values := strings.NewReplacer("{copies}", strconv.Itoa(t.copies), "{step}", fmt.Sprintf("%d microseconds", t.step.Microseconds()))
	companies := make([]string, len(t.companies))
	for i, id := range t.companies {
		companies[i] = fmt.Sprintf("('%s'::uuid, %d)", id, t.serial+i*t.copies)
	}
	var all []string
	for _, r := range rules {
		own := slices.DeleteFunc(slices.Clone(columns[r.table]), func(c string) bool { return c == r.omitted })
		selected := make([]string, len(own))
		for i, c := range own {
			old := "t." + pgx.Identifier{c}.Sanitize()
			selected[i] = old
			if c == "company_id" {
				selected[i] = "g.company"
			} else if change, changed := r.changes[c]; changed {
				selected[i] = values.Replace(strings.ReplaceAll(change, "{old}", old))
			}
		}
		insert := fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM template_%s t, (VALUES %s) g (company, serial), generate_series(0, %d) k WHERE %s ORDER BY %s",
			r.table, quoted(own), strings.Join(selected, ", "), r.table, strings.Join(companies, ", "), t.copies-1, strings.ReplaceAll(which, "{customer}", r.belongs), order)
		if r.table == "orders" {
			insert = fmt.Sprintf(withWords, insert)
		}
		all = append(all, insert)
	}
	return all
}
