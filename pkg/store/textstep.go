package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"gorm.io/gorm"
)

// storedText is a column whose text is compared, and the columns of the keys made from it.
type storedText struct {
	table, column string
	keys          []storedKey
	unique        bool // an index requires the text or a key to be unique
}

type storedKey struct {
	column string
	of     func(string) string
}

// storedTexts lists the columns that renewTexts renews. Issued documents are not in it, because they never change.
var storedTexts = []storedText{
	{"customers", "code", []storedKey{{"code_key", canon.KeyOf}, {"code_search", canon.SearchKeyOf}}, true},
	{"customers", "name", []storedKey{{"name_key", canon.SearchKeyOf}}, false},
	{"customers", "salesperson_email", nil, false},
	{"checkouts", "external_reference", nil, true},
	{"orders", "customer_code", []storedKey{{"code_key", canon.SearchKeyOf}}, false},
	{"orders", "customer_name", []storedKey{{"name_key", canon.SearchKeyOf}}, false},
	{"orders", "external_reference", []storedKey{{"reference_key", canon.SearchKeyOf}}, false},
	{"orders", "po_number", []storedKey{{"po_key", canon.SearchKeyOf}}, false},
	{"orders", "salesperson_email", nil, false},
	{"payments", "reference", nil, true},
}

// renewTexts converts the compared texts to their canonical form and computes their keys again. It writes only rows that
// change. If two rows get the same text although it must be unique, the second row stays as it is. It can still be found by
// its id, and its next edit is refused until it has another text.
func (s *Store) renewTexts(ctx context.Context, tx *sql.Tx) error {
	db := s.write.Session(&gorm.Session{NewDB: true, Context: ctx})
	db.Statement.ConnPool = tx
	for _, t := range storedTexts {
		if err := t.renew(db); err != nil {
			return fmt.Errorf("%s.%s: %w", t.table, t.column, err)
		}
	}
	return nil
}

// renew reads a thousand rows at a time, because there may be millions, and writes the few that change.
func (t storedText) renew(db *gorm.DB) error {
	columns := []string{t.column}
	for _, k := range t.keys {
		columns = append(columns, k.column)
	}
	read := "SELECT company_id, id, " + strings.Join(columns, ", ") + " FROM " + t.table +
		" WHERE (company_id, id) > (?, ?) ORDER BY company_id, id LIMIT 1000"
	write := "UPDATE " + t.table + " SET " + strings.Join(columns, " = ?, ") + " = ? WHERE company_id = ? AND id = ?"
	const first = "00000000-0000-0000-0000-000000000000"
	for last := [2]string{first, first}; ; {
		var rows [][]string
		if err := scanTexts(db.Raw(read, last[0], last[1]), len(columns)+2, &rows); err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		for _, row := range rows {
			last = [2]string{row[0], row[1]}
			if err := t.save(db, write, row); err != nil {
				return err
			}
		}
	}
}

// save writes a row if its text or one of its keys changes.
func (t storedText) save(db *gorm.DB, write string, row []string) error {
	text := canon.Text(row[2])
	values, changed := []any{text}, text != row[2]
	for i, k := range t.keys {
		key := k.of(text)
		values, changed = append(values, key), changed || key != row[3+i]
	}
	if !changed {
		return nil
	}
	values = append(values, row[0], row[1])
	if !t.unique {
		return db.Exec(write, values...).Error
	}
	if err := db.Exec("SAVEPOINT renew").Error; err != nil {
		return err
	}
	if err := db.Exec(write, values...).Error; err != nil {
		if !violatesConstraint(err) {
			return err
		}
		return db.Exec("ROLLBACK TO SAVEPOINT renew").Error
	}
	return db.Exec("RELEASE SAVEPOINT renew").Error
}

func scanTexts(q *gorm.DB, columns int, into *[][]string) error {
	rows, err := q.Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		row, to := make([]string, columns), make([]any, columns)
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			return err
		}
		*into = append(*into, row)
	}
	return rows.Err()
}
