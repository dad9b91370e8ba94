package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"gorm.io/gorm/schema"
)

// rowsEncoding says how a database takes many rows in one argument: a JSON array of objects by column.
type rowsEncoding struct {
	timeLayout  string
	nested      bool // a JSON column takes JSON as it is, not as a text
	insert      func(t *table) string
	updateWords string // sets the words of orders, from an array of wordsOf
}

// encodeRows encodes the rows as that JSON array.
func encodeRows[T any](e rowsEncoding, t *table, rows []T) (string, error) {
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range rows {
		args, err := values(t.fields, &rows[i])
		if err != nil {
			return "", err
		}
		separate(&b, i)
		b.WriteByte('{')
		for j, f := range t.fields {
			separate(&b, j)
			fmt.Fprintf(&b, "%q:", f.DBName)
			if err := e.value(&b, f, args[j]); err != nil {
				return "", fmt.Errorf("column %s: %w", f.DBName, err)
			}
		}
		b.WriteByte('}')
	}
	b.WriteByte(']')
	return b.String(), nil
}

func separate(b *bytes.Buffer, i int) {
	if i > 0 {
		b.WriteByte(',')
	}
}

func (e rowsEncoding) value(b *bytes.Buffer, f *schema.Field, v any) error {
	if t, ok := v.(time.Time); ok {
		v = t.Format(e.timeLayout)
	}
	if s, ok := v.(string); ok && f.Serializer != nil && e.nested {
		b.WriteString(s)
		return nil
	}
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.Pointer && rv.IsNil() {
		v = nil
	}
	raw, err := json.Marshal(v)
	b.Write(raw)
	return err
}

// postgresRows inserts rows with json_populate_recordset, which knows the column types.
var postgresRows = rowsEncoding{timeLayout: time.RFC3339Nano, nested: true, insert: func(t *table) string {
	return fmt.Sprintf("INSERT INTO %[1]s (%[2]s) SELECT %[2]s FROM json_populate_recordset(NULL::%[1]s, ?)", t.name, t.columns())
}, updateWords: `UPDATE orders SET words = w.words FROM json_populate_recordset(NULL::orders, ?) w
	WHERE orders.company_id = w.company_id AND orders.id = w.id`}

// sqliteRows inserts rows with json_each. It formats times like the driver.
var sqliteRows = rowsEncoding{timeLayout: "2006-01-02 15:04:05.999999999-07:00", insert: func(t *table) string {
	extracts := make([]string, len(t.fields))
	for i, f := range t.fields {
		extracts[i] = fmt.Sprintf("json_extract(value, '$.%s')", f.DBName)
	}
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM json_each(?)", t.name, t.columns(), strings.Join(extracts, ", "))
}, updateWords: `UPDATE orders SET words = w.words
	FROM (SELECT json_extract(value, '$.company_id') AS company_id, json_extract(value, '$.id') AS id, json_extract(value, '$.words') AS words FROM json_each(?)) w
	WHERE orders.company_id = w.company_id AND orders.id = w.id`}

// jsonText returns a value as the text of a JSON column.
func jsonText(v any) (string, error) {
	raw, err := json.Marshal(v)
	return string(raw), err
}
