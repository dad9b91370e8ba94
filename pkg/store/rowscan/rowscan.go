// Package rowscan reads the rows of a statement into structs by GORM's mapping. On PostgreSQL it decodes the server's values itself,
// because GORM's scanner takes most of the time of a list. GORM reads everywhere else, and it is what the tests compare with.
package rowscan

import (
	"database/sql"
	"fmt"
	"reflect"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// Session is a connection, or the connection of a transaction, that lends its driver's connection.
type Session interface {
	Raw(f func(driverConn any) error) error
}

// Native is a driver's connection to PostgreSQL.
type Native interface {
	PGX() *pgx.Conn
}

// Scan runs a statement that Raw made, and sets rows to what it returns. A NULL is the zero value of its field.
func Scan[T any](statement *gorm.DB, rows *[]T) error {
	if statement.Error != nil {
		return statement.Error
	}
	native := false
	read := func(driverConn any) (err error) {
		conn, ok := driverConn.(Native)
		if native = ok; ok {
			*rows, err = query[T](statement, conn.PGX())
		}
		return err
	}
	var err error
	switch pool := statement.Statement.ConnPool.(type) {
	case *sql.DB:
		if statement.Name() != "postgres" {
			return statement.Scan(rows).Error
		}
		conn, wait := pool.Conn(statement.Statement.Context)
		if wait != nil {
			return wait
		}
		defer func() { _ = conn.Close() }()
		err = conn.Raw(read)
	case Session:
		err = pool.Raw(read)
	}
	if !native && err == nil {
		return statement.Scan(rows).Error
	}
	return err
}

// formats are the types that the server sends in binary form, which is quicker to decode. All others are texts.
var formats = pgx.QueryResultFormatsByOID{
	pgtype.BoolOID: pgx.BinaryFormatCode, pgtype.ByteaOID: pgx.BinaryFormatCode, pgtype.DateOID: pgx.BinaryFormatCode,
	pgtype.Int2OID: pgx.BinaryFormatCode, pgtype.Int4OID: pgx.BinaryFormatCode, pgtype.Int8OID: pgx.BinaryFormatCode,
	pgtype.TimestamptzOID: pgx.BinaryFormatCode,
}

func query[T any](statement *gorm.DB, conn *pgx.Conn) ([]T, error) {
	args := append([]any{formats}, statement.Statement.Vars...)
	found, err := conn.Query(statement.Statement.Context, statement.Statement.SQL.String(), args...)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var zero T
	columns, err := columnsOf(reflect.TypeOf(zero), statement.NamingStrategy, found.FieldDescriptions(), conn.TypeMap())
	if err != nil {
		return nil, err
	}
	rows := make([]T, 0, 16)
	for found.Next() {
		rows = append(rows, zero)
		row := reflect.ValueOf(&rows[len(rows)-1]).Elem()
		last := row
		if len(rows) > 1 {
			last = reflect.ValueOf(&rows[len(rows)-2]).Elem()
		}
		for i, value := range found.RawValues() {
			c := &columns[i]
			if value == nil || c.decode == nil {
				continue
			}
			if err := c.decode(row.FieldByIndex(c.index), last.FieldByIndex(c.index), value); err != nil {
				return nil, fmt.Errorf("read column %s: %w", found.FieldDescriptions()[i].Name, err)
			}
		}
	}
	return rows, found.Err()
}

// column says which field a column is read into, and how. No field has a column without a decoder.
type column struct {
	index  []int
	decode decoder
}

var parsed sync.Map // schemas by type, for GORM

func columnsOf(row reflect.Type, names schema.Namer, described []pgfield, types *pgtype.Map) ([]column, error) {
	mapping, err := schema.Parse(reflect.New(row).Interface(), &parsed, names)
	if err != nil {
		return nil, err
	}
	columns := make([]column, len(described))
	for i, d := range described {
		f := mapping.FieldsByDBName[d.Name]
		if f == nil || !f.Readable {
			continue
		}
		columns[i] = column{f.StructField.Index, decoderOf(f, d, types)}
	}
	return columns, nil
}
