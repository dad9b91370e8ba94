package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm/schema"
)

// GORM maps fields to columns. Statements are built from its mapping once, so that their texts are fixed and can be
// queued, sent together, and prepared once per connection.

// tables caches GORM's mapping of every row type.
type tables struct {
	made   *sync.Map // from a row type to its table
	parsed *sync.Map // GORM's own
}

// mapped is one for the process, because parsing a row takes a tenth of a millisecond of the start.
var mapped = tables{&sync.Map{}, &sync.Map{}}

// table is a row type's mapping and its statements.
type table struct {
	name   string
	fields []*schema.Field
	given  []*schema.Field // columns that the database sets, and that are only read
	insert string          // one row, with ? placeholders

	updates sync.Map // *update by its condition and the columns that it excludes
}

// update is an UPDATE of a table.
type update struct {
	text   string
	fields []*schema.Field // that it sets
}

// naming is GORM's own naming, except for a few shortened table names.
type naming struct{ schema.NamingStrategy }

// TableName returns the table of a row type.
func (n naming) TableName(name string) string {
	switch name {
	case "Line":
		return "order_lines"
	case "Endpoint":
		return "webhook_endpoints"
	case "Delivery":
		return "webhook_deliveries"
	}
	return n.NamingStrategy.TableName(name)
}

func (t tables) of(row any) *table {
	typ := reflect.Indirect(reflect.ValueOf(row)).Type()
	if known, ok := t.made.Load(typ); ok {
		return known.(*table) //nolint:errcheck // only tables go in
	}
	parsed, err := schema.Parse(row, t.parsed, naming{})
	if err != nil {
		panic(fmt.Sprintf("store: %s has no mapping: %v", typ, err)) // a defect that every test meets
	}
	made := &table{name: parsed.Table}
	var columns, marks []string
	for _, f := range parsed.Fields {
		switch {
		case f.DBName == "":
			continue
		case !f.Creatable:
			made.given = append(made.given, f)
			continue
		}
		made.fields = append(made.fields, f)
		columns, marks = append(columns, f.DBName), append(marks, "?")
	}
	made.insert = fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", made.name, strings.Join(columns, ", "), strings.Join(marks, ", "))
	known, _ := t.made.LoadOrStore(typ, made)
	return known.(*table) //nolint:errcheck // only tables go in
}

func (t *table) columns() string {
	names := make([]string, len(t.fields))
	for i, f := range t.fields {
		names[i] = f.DBName
	}
	return strings.Join(names, ", ")
}

// update is UPDATE … SET all columns except the excluded ones, WHERE the condition. There are few, so each is made once.
func (t *table) update(condition string, excluded []string) *update {
	key := strings.Join(excluded, ",") + " " + condition
	if known, ok := t.updates.Load(key); ok {
		return known.(*update) //nolint:errcheck // only updates go in
	}
	made := &update{fields: t.fieldsExcept(excluded)}
	var set []string
	for _, f := range made.fields {
		set = append(set, f.DBName+" = ?")
	}
	made.text = fmt.Sprintf("UPDATE %s SET %s WHERE %s", t.name, strings.Join(set, ", "), condition)
	t.updates.Store(key, made)
	return made
}

func (t *table) fieldsExcept(excluded []string) []*schema.Field {
	var kept []*schema.Field
fields:
	for _, f := range t.fields {
		for _, name := range excluded {
			if f.DBName == name {
				continue fields
			}
		}
		kept = append(kept, f)
	}
	return kept
}

// values returns the row's column values in the order of the fields.
func values(fields []*schema.Field, row any) ([]any, error) {
	v := reflect.Indirect(reflect.ValueOf(row))
	out := make([]any, len(fields))
	for i, f := range fields {
		if f.Serializer != nil {
			text, err := jsonColumn(f.ReflectValueOf(context.Background(), v))
			if err != nil {
				return nil, fmt.Errorf("column %s: %w", f.DBName, err)
			}
			out[i] = text
			continue
		}
		value, zero := f.ValueOf(context.Background(), v)
		if zero && f.DefaultValue == "null" {
			continue // NULL
		}
		plain, err := plainValue(value)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", f.DBName, err)
		}
		out[i] = plain
	}
	return out, nil
}

// jsonColumn returns a value as a JSON column's text. An empty list or map is [] or {}, never null. An address that is empty is {} too,
// because its members would take a tenth of an order's row.
func jsonColumn(v reflect.Value) (string, error) {
	switch {
	case v.Kind() == reflect.Slice && v.IsNil():
		return "[]", nil
	case v.Kind() == reflect.Map && v.IsNil(), v.Kind() == reflect.Struct && v.IsZero():
		return "{}", nil
	}
	return jsonText(v.Interface())
}

// plainValue resolves valuers and converts times to UTC.
func plainValue(value any) (any, error) {
	switch v := value.(type) {
	case time.Time:
		return v.UTC(), nil
	case *time.Time:
		if v == nil {
			return nil, nil //nolint:nilnil // NULL
		}
		return v.UTC(), nil
	case driver.Valuer:
		return v.Value()
	}
	return value, nil
}

// create queues the insert of one row. onViolation translates a violated constraint.
func (tx *Tx) create(row any, onViolation func(error) error) error {
	t := tx.store.tables.of(row)
	args, err := values(t.fields, row)
	if err != nil {
		return fmt.Errorf("insert into %s: %w", t.name, err)
	}
	tx.later(statement{sql: t.insert, args: args, fault: onViolation})
	return nil
}

// update queues an UPDATE of all columns of a row except the excluded ones, where the condition holds. If it matches no
// row, the error is ErrStale. The caller raises the version that the condition compares beforehand.
func (tx *Tx) update(row any, condition string, args []any, onViolation func(error) error, excluded ...string) error {
	t := tx.store.tables.of(row)
	u := t.update(condition, excluded)
	set, err := values(u.fields, row)
	if err != nil {
		return fmt.Errorf("update %s: %w", t.name, err)
	}
	tx.later(statement{sql: u.text, args: append(set, args...), mustMatch: true, fault: onViolation})
	return nil
}

// createAll queues the insert of rows of one type, as one statement whose text does not depend on their number.
func createAll[T any](tx *Tx, rows []T, onViolation func(error) error) error {
	switch len(rows) {
	case 0:
		return nil
	case 1:
		return tx.create(&rows[0], onViolation)
	}
	t := tx.store.tables.of(&rows[0])
	args, err := encodeRows(tx.store.rows, t, rows)
	if err != nil {
		return fmt.Errorf("insert into %s: %w", t.name, err)
	}
	tx.later(statement{sql: tx.store.rows.insert(t), args: args, fault: onViolation})
	return nil
}
