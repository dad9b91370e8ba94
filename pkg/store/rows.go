package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm/schema"
)

// rowsEncoding says how a database takes many rows in a statement whose text does not depend on their number.
type rowsEncoding struct {
	insert      func(t *table) string
	encode      func(t *table, rows [][]any) ([]any, error) // the arguments of insert
	updateWords string                                      // sets the words of orders, from a JSON array of wordsOf
}

// encodeRows returns the arguments that insert the rows.
func encodeRows[T any](e rowsEncoding, t *table, rows []T) ([]any, error) {
	all := make([][]any, len(rows))
	for i := range rows {
		var err error
		if all[i], err = values(t.fields, &rows[i]); err != nil {
			return nil, err
		}
	}
	return e.encode(t, all)
}

// postgresRows inserts rows from an array for each column. PostgreSQL reads a JSON array of objects in twice the time.
var postgresRows = rowsEncoding{insert: func(t *table) string {
	arrays := make([]string, len(t.fields))
	for i, f := range t.fields {
		arrays[i] = "?::" + postgresType(f) + "[]"
	}
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT * FROM unnest(%s)", t.name, t.columns(), strings.Join(arrays, ", "))
}, encode: arrayOfEachColumn, updateWords: `UPDATE orders SET words = w.words FROM json_populate_recordset(NULL::orders, ?) w
	WHERE orders.company_id = w.company_id AND orders.id = w.id`}

// postgresType is the type of a field's column, or one that PostgreSQL converts to it in an INSERT.
func postgresType(f *schema.Field) string {
	switch {
	case f.Serializer != nil:
		return "jsonb"
	case f.DBName == "id", strings.HasSuffix(f.DBName, "_id") && f.DBName != "request_id" && f.DBName != "provider_id":
		return "uuid"
	}
	switch f.IndirectFieldType.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int64:
		return "bigint"
	case reflect.Struct:
		return "timestamptz"
	default:
		return "text"
	}
}

var arrayEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// arrayOfEachColumn returns the text of an array for each column.
func arrayOfEachColumn(t *table, rows [][]any) ([]any, error) {
	arrays := make([]any, len(t.fields))
	var b strings.Builder
	for column, f := range t.fields {
		b.Reset()
		for i, row := range rows {
			b.WriteByte("{,"[min(i, 1)])
			text, null, err := textOf(row[column])
			switch {
			case err != nil:
				return nil, fmt.Errorf("column %s: %w", f.DBName, err)
			case null:
				b.WriteString("NULL")
				continue
			}
			b.WriteByte('"')
			_, _ = arrayEscapes.WriteString(&b, text) // a Builder returns no error
			b.WriteByte('"')
		}
		b.WriteByte('}')
		arrays[column] = b.String()
	}
	return arrays, nil
}

// textOf returns a column's value as PostgreSQL reads it in a text, or whether it is NULL.
func textOf(v any) (text string, null bool, err error) {
	switch v := v.(type) {
	case nil:
		return "", true, nil
	case string:
		return v, false, nil
	case int64:
		return strconv.FormatInt(v, 10), false, nil
	case time.Time:
		return v.Format(time.RFC3339Nano), false, nil
	}
	switch rv := reflect.ValueOf(v); rv.Kind() { // named texts and amounts of the trade
	case reflect.Pointer:
		if rv.IsNil() {
			return "", true, nil
		}
		return textOf(rv.Elem().Interface())
	case reflect.String:
		return rv.String(), false, nil
	case reflect.Int, reflect.Int64:
		return strconv.FormatInt(rv.Int(), 10), false, nil
	case reflect.Bool:
		return strconv.FormatBool(rv.Bool()), false, nil
	default:
		return "", false, fmt.Errorf("a %T has no text", v)
	}
}

// sqliteRows inserts rows with json_each.
var sqliteRows = rowsEncoding{insert: func(t *table) string {
	extracts := make([]string, len(t.fields))
	for i, f := range t.fields {
		extracts[i] = fmt.Sprintf("json_extract(value, '$.%s')", f.DBName)
	}
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM json_each(?)", t.name, t.columns(), strings.Join(extracts, ", "))
}, encode: arrayOfObjects, updateWords: `UPDATE orders SET words = w.words
	FROM (SELECT json_extract(value, '$.company_id') AS company_id, json_extract(value, '$.id') AS id, json_extract(value, '$.words') AS words FROM json_each(?)) w
	WHERE orders.company_id = w.company_id AND orders.id = w.id`}

// arrayOfObjects returns the text of a JSON array with an object for each row.
func arrayOfObjects(t *table, rows [][]any) ([]any, error) {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, row := range rows {
		separate(&b, i)
		b.WriteByte('{')
		for j, f := range t.fields {
			separate(&b, j)
			fmt.Fprintf(&b, "%q:", f.DBName)
			if err := jsonValue(&b, row[j]); err != nil {
				return nil, fmt.Errorf("column %s: %w", f.DBName, err)
			}
		}
		b.WriteByte('}')
	}
	b.WriteByte(']')
	return []any{b.String()}, nil
}

func separate(b *bytes.Buffer, i int) {
	if i > 0 {
		b.WriteByte(',')
	}
}

// sqliteTime is how the driver writes a time.
const sqliteTime = "2006-01-02 15:04:05.999999999-07:00"

func jsonValue(b *bytes.Buffer, v any) error {
	if t, ok := v.(time.Time); ok {
		v = t.Format(sqliteTime)
	}
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.Pointer && rv.IsNil() {
		v = nil
	}
	raw, err := json.Marshal(v)
	b.Write(raw)
	return err
}

// jsonText returns a value as the text of a JSON column.
func jsonText(v any) (string, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}
