package rowscan

import (
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"time"
	"unsafe"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm/schema"
)

type pgfield = pgconn.FieldDescription

// decoder sets a field to a value of the server that is not NULL. field is its address, and last the address of the same field of the
// row before. types is the connection's.
type decoder func(field, last unsafe.Pointer, value []byte, types *pgtype.Map) error

var moment = reflect.TypeFor[time.Time]()

// decoderOf returns the decoder of a column: one of this file, or pgx's if this file has none for the combination.
func decoderOf(f *schema.Field, d pgfield) decoder {
	if f.Serializer != nil {
		return jsonDecoder(f.FieldType)
	}
	if f.FieldType.Kind() == reflect.Pointer {
		of := f.FieldType.Elem()
		if inner := plain(of, d); inner != nil {
			return func(field, _ unsafe.Pointer, value []byte, types *pgtype.Map) error {
				made := reflect.New(of).UnsafePointer()
				*(*unsafe.Pointer)(field) = made
				return inner(made, made, value, types)
			}
		}
	} else if own := plain(f.FieldType, d); own != nil {
		return own
	}
	oid, format, of := d.DataTypeOID, d.Format, f.FieldType
	return func(field, _ unsafe.Pointer, value []byte, types *pgtype.Map) error {
		return types.Scan(oid, format, value, reflect.NewAt(of, field).Interface())
	}
}

// plain returns the decoder of a type that database/sql has a kind for, or nil. A connection in pgx's simple protocol gets texts alone.
func plain(t reflect.Type, d pgfield) decoder {
	if _, scans := reflect.New(t).Interface().(sql.Scanner); scans {
		return nil
	}
	if d.Format != pgx.BinaryFormatCode {
		if t.Kind() == reflect.String {
			return decodeText
		}
		return nil
	}
	switch d.DataTypeOID {
	case pgtype.UUIDOID:
		if t.Kind() == reflect.String {
			return decodeUUID
		}
	case pgtype.BoolOID:
		if t.Kind() == reflect.Bool {
			return decodeBool
		}
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID:
		switch t.Kind() {
		case reflect.Int:
			return decodeInt[int]
		case reflect.Int64:
			return decodeInt[int64]
		}
	case pgtype.TimestamptzOID:
		if t == moment {
			return decodeTime
		}
	case pgtype.DateOID:
		if t == moment {
			return decodeDate
		}
	}
	return nil
}

// decodeText takes the text of the row before if it is the same: in a list many are, and they take no memory then.
func decodeText(field, last unsafe.Pointer, value []byte, _ *pgtype.Map) error {
	if same := *(*string)(last); same == string(value) {
		*(*string)(field) = same
		return nil
	}
	*(*string)(field) = string(value)
	return nil
}

func decodeUUID(field, last unsafe.Pointer, value []byte, types *pgtype.Map) error {
	var text [36]byte
	hex.Encode(text[:8], value[:4])
	hex.Encode(text[9:13], value[4:6])
	hex.Encode(text[14:18], value[6:8])
	hex.Encode(text[19:23], value[8:10])
	hex.Encode(text[24:], value[10:16])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return decodeText(field, last, text[:], types)
}

func decodeBool(field, _ unsafe.Pointer, value []byte, _ *pgtype.Map) error {
	*(*bool)(field) = value[0] != 0
	return nil
}

func decodeInt[Int int | int64](field, _ unsafe.Pointer, value []byte, _ *pgtype.Map) error {
	switch len(value) {
	case 2:
		*(*Int)(field) = Int(int16(binary.BigEndian.Uint16(value))) //nolint:gosec // the server's own two's complement
	case 4:
		*(*Int)(field) = Int(int32(binary.BigEndian.Uint32(value))) //nolint:gosec // as above
	default:
		*(*Int)(field) = Int(binary.BigEndian.Uint64(value))
	}
	return nil
}

// The server counts from the year 2000: a time in microseconds, a date in days.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func decodeTime(field, _ unsafe.Pointer, value []byte, _ *pgtype.Map) error {
	micros := int64(binary.BigEndian.Uint64(value)) //nolint:gosec // two's complement
	if micros == 1<<63-1 || micros == -1<<63 {
		return fmt.Errorf("%w: infinity", strconv.ErrRange)
	}
	*(*time.Time)(field) = time.UnixMicro(epoch.UnixMicro() + micros).UTC()
	return nil
}

func decodeDate(field, _ unsafe.Pointer, value []byte, _ *pgtype.Map) error {
	days := int32(binary.BigEndian.Uint32(value)) //nolint:gosec // two's complement
	if days == 1<<31-1 || days == -1<<31 {
		return fmt.Errorf("%w: infinity", strconv.ErrRange)
	}
	*(*time.Time)(field) = epoch.AddDate(0, 0, int(days))
	return nil
}

func jsonDecoder(of reflect.Type) decoder {
	empty := reflect.Value{}
	if of.Kind() == reflect.Slice {
		empty = reflect.MakeSlice(of, 0, 0)
	}
	return func(field, _ unsafe.Pointer, value []byte, _ *pgtype.Map) error {
		if string(value) == "[]" && empty.IsValid() {
			reflect.NewAt(of, field).Elem().Set(empty)
			return nil
		}
		return json.Unmarshal(value, reflect.NewAt(of, field).Interface())
	}
}
