// Package rowscan reads the rows of a statement into structs by GORM's mapping. On PostgreSQL it decodes the server's values itself,
// because GORM's scanner takes most of the time of a list. GORM reads everywhere else, and it is what the tests compare with.
//
// A decoder gets the address of its field, and not a reflect.Value, which would take as long as decoding does. The address is that of
// the row plus an offset that reflect knows, and a decoder is chosen by the field's type, so it writes what the field holds.
package rowscan

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// Session is a transaction that lends its driver's connection.
type Session interface {
	Raw(f func(driverConn any) error) error
	TakeLead() *Lead // nil: there is none
}

// Lead is a statement that a transaction sends before its next statements, in their round trip.
type Lead struct {
	SQL    string
	Args   []any
	Settle func(rows int64, err error) error // takes its outcome; after an error the statements' rows are not read
	Lost   func()                            // called instead if another statement failed before this one ran
}

// Native is a driver's connection to PostgreSQL.
type Native interface {
	PGX() *pgx.Conn
	Repeats() func(error) error // what becomes of the next statements' error: driver.ErrBadConn if they shall run again on another connection
}

// Batch is statements that PostgreSQL answers in one round trip, in their order. SQLite answers them one after the other.
type Batch struct{ reads []read }

type read struct {
	db     *gorm.DB
	text   string
	args   []any
	native func(found pgx.Rows, types *pgtype.Map) error
	plain  func() error
}

// Queue adds a statement, written as for GORM's Raw. It sets rows to what the statement returns. A NULL is the zero value of its
// field. If rows is empty and has capacity, the capacity is used.
func Queue[T any](b *Batch, db *gorm.DB, rows *[]T, text string, args ...any) {
	queue(b, db, rows, func() []T { return *rows }, text, args)
}

// queue asks for the memory of the rows when the first ones arrive.
func queue[T any](b *Batch, db *gorm.DB, rows *[]T, memory func() []T, text string, args []any) {
	b.reads = append(b.reads, read{
		db: db, text: text, args: args,
		native: func(found pgx.Rows, types *pgtype.Map) (err error) {
			*rows, err = decode(found, db.NamingStrategy, types, memory())
			return err
		},
		plain: func() error {
			*rows = memory()
			return db.Raw(text, args...).Scan(rows).Error
		},
	})
}

// Scan runs one statement, written as for GORM's Raw, and sets rows to what it returns.
func Scan[T any](db *gorm.DB, rows *[]T, text string, args ...any) error {
	var b Batch
	Queue(&b, db, rows, text, args...)
	return b.Run()
}

// ScanWith is Scan for many wide rows. It asks for their memory when the first ones arrive, so that no statement holds any while it
// waits for a connection.
func ScanWith[T any](db *gorm.DB, rows *[]T, memory func() []T, text string, args ...any) error {
	var b Batch
	queue(&b, db, rows, memory, text, args)
	return b.Run()
}

// Run runs the statements.
func (b *Batch) Run() error {
	for _, r := range b.reads {
		if r.db.Error != nil {
			return r.db.Error
		}
	}
	first := b.reads[0].db
	send := func(driverConn any, lead *Lead) error {
		conn := driverConn.(Native) //nolint:errcheck // every connection to PostgreSQL is one
		if conn.PGX().IsClosed() {
			return driver.ErrBadConn
		}
		result := conn.Repeats()
		return result(b.send(first.Statement.Context, conn.PGX(), lead))
	}
	if first.Name() == "postgres" {
		switch pool := first.Statement.ConnPool.(type) {
		case Session:
			return pool.Raw(func(driverConn any) error { return send(driverConn, pool.TakeLead()) })
		case *sql.DB:
			err := driver.ErrBadConn
			for try := 0; try < tries && errors.Is(err, driver.ErrBadConn); try++ {
				err = lend(first.Statement.Context, pool, func(driverConn any) error { return send(driverConn, nil) })
			}
			return err
		}
	}
	for _, r := range b.reads { // on SQLite, and in a transaction that lends no connection
		if err := r.plain(); err != nil {
			return err
		}
	}
	return nil
}

// tries is how many connections statements outside a transaction are tried on, as by database/sql.
const tries = 3

func lend(ctx context.Context, pool *sql.DB, f func(driverConn any) error) error {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	return conn.Raw(f)
}

func (b *Batch) send(ctx context.Context, conn *pgx.Conn, lead *Lead) error {
	if len(b.reads) == 1 && lead == nil {
		text, args := bindKept(b.reads[0].text, b.reads[0].args)
		found, err := conn.Query(ctx, text, args...)
		if err != nil {
			return err
		}
		return b.reads[0].native(found, conn.TypeMap())
	}
	var batch pgx.Batch
	if lead != nil {
		batch.Queue(lead.SQL, lead.Args...)
	}
	b.QueueOn(&batch)
	results := conn.SendBatch(ctx, &batch)
	if lead != nil {
		if err := lead.settle(results.Exec()); err != nil {
			_ = results.Close()
			return err
		}
	}
	if err := b.ReadFrom(results, conn.TypeMap()); err != nil {
		_ = results.Close()
		return err
	}
	return results.Close()
}

// QueueOn adds the statements to a batch of pgx that has others too. Then ReadFrom takes their results.
func (b *Batch) QueueOn(batch *pgx.Batch) {
	for _, r := range b.reads {
		text, args := bindKept(r.text, r.args)
		batch.Queue(text, args...)
	}
}

// ReadFrom reads the results of the statements. Those before them must have been read.
func (b *Batch) ReadFrom(results pgx.BatchResults, types *pgtype.Map) error {
	for _, r := range b.reads {
		found, err := results.Query()
		if err == nil {
			err = r.native(found, types)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// settle takes the result of the batch's first statement. Before pgx sends a batch, it prepares all of its statements that the
// connection has not prepared yet, and gives the error of any of them as the result of the first. Preparing a statement waits for
// whoever has locked one of its tables.
func (l *Lead) settle(tag pgconn.CommandTag, err error) error {
	var preparing pgx.ErrPreprocessingBatch
	if errors.As(err, &preparing) && preparing.SQL() != l.SQL {
		l.Lost()
		return err
	}
	return l.Settle(tag.RowsAffected(), err)
}

func decode[T any](found pgx.Rows, names schema.Namer, types *pgtype.Map, rows []T) ([]T, error) {
	defer found.Close()
	columns, err := columnsOf(reflect.TypeFor[T](), names, found.FieldDescriptions())
	if err != nil {
		return nil, err
	}
	if len(rows) > 0 || cap(rows) == 0 {
		rows = make([]T, 0, 16)
	}
	var zero T
	for found.Next() {
		rows = append(rows, zero)
		row := unsafe.Pointer(&rows[len(rows)-1]) //nolint:gosec // see the package's comment
		last := row
		if len(rows) > 1 {
			last = unsafe.Pointer(&rows[len(rows)-2]) //nolint:gosec // as above
		}
		for i, value := range found.RawValues() {
			c := &columns[i]
			if value == nil || c.decode == nil {
				continue
			}
			if err := c.decode(unsafe.Add(row, c.offset), unsafe.Add(last, c.offset), value, types); err != nil {
				return nil, fmt.Errorf("read column %s: %w", found.FieldDescriptions()[i].Name, err)
			}
		}
	}
	return rows, found.Err()
}
