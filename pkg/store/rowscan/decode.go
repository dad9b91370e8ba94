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

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"gorm.io/gorm/schema"
)

type pgfield = pgconn.FieldDescription

// decoder sets a field to a value of the server that is not NULL. last is the same field of the row before.
type decoder func(field, last reflect.Value, value []byte) error

var moment = reflect.TypeFor[time.Time]()

// decoderOf returns the decoder of a column. A combination that has none of ours is pgx's.
func decoderOf(f *schema.Field, d pgfield, types *pgtype.Map) decoder {
	if f.Serializer != nil {
		return decodeJSON
	}
	if f.FieldType.Kind() == reflect.Pointer {
		if inner := plain(f.FieldType.Elem(), d); inner != nil {
			return func(field, _ reflect.Value, value []byte) error {
				made := reflect.New(field.Type().Elem())
				field.Set(made)
				return inner(made.Elem(), made.Elem(), value)
			}
		}
	} else if own := plain(f.FieldType, d); own != nil {
		return own
	}
	oid, format := d.DataTypeOID, d.Format
	return func(field, _ reflect.Value, value []byte) error {
		return types.Scan(oid, format, value, field.Addr().Interface())
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
		if t.Kind() == reflect.Int || t.Kind() == reflect.Int64 {
			return decodeInt
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
func decodeText(field, last reflect.Value, value []byte) error {
	if same := last.String(); same == string(value) {
		field.SetString(same)
		return nil
	}
	field.SetString(string(value))
	return nil
}

func decodeUUID(field, last reflect.Value, value []byte) error {
	var text [36]byte
	hex.Encode(text[:8], value[:4])
	hex.Encode(text[9:13], value[4:6])
	hex.Encode(text[14:18], value[6:8])
	hex.Encode(text[19:23], value[8:10])
	hex.Encode(text[24:], value[10:16])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return decodeText(field, last, text[:])
}

func decodeBool(field, _ reflect.Value, value []byte) error {
	field.SetBool(value[0] != 0)
	return nil
}

func decodeInt(field, _ reflect.Value, value []byte) error {
	switch len(value) {
	case 2:
		field.SetInt(int64(int16(binary.BigEndian.Uint16(value)))) //nolint:gosec // the server's own two's complement
	case 4:
		field.SetInt(int64(int32(binary.BigEndian.Uint32(value)))) //nolint:gosec // as above
	default:
		field.SetInt(int64(binary.BigEndian.Uint64(value))) //nolint:gosec // as above
	}
	return nil
}

// The server counts from the year 2000: a time in microseconds, a date in days.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func decodeTime(field, _ reflect.Value, value []byte) error {
	micros := int64(binary.BigEndian.Uint64(value)) //nolint:gosec // two's complement
	if micros == 1<<63-1 || micros == -1<<63 {
		return fmt.Errorf("%w: infinity", strconv.ErrRange)
	}
	set(field, time.UnixMicro(epoch.UnixMicro()+micros).UTC())
	return nil
}

func decodeDate(field, _ reflect.Value, value []byte) error {
	days := int32(binary.BigEndian.Uint32(value)) //nolint:gosec // two's complement
	if days == 1<<31-1 || days == -1<<31 {
		return fmt.Errorf("%w: infinity", strconv.ErrRange)
	}
	set(field, epoch.AddDate(0, 0, int(days)))
	return nil
}

func set(field reflect.Value, t time.Time) { *field.Addr().Interface().(*time.Time) = t } //nolint:errcheck // its type is known

func decodeJSON(field, _ reflect.Value, value []byte) error {
	if string(value) == "[]" && field.Kind() == reflect.Slice {
		field.Set(reflect.MakeSlice(field.Type(), 0, 0))
		return nil
	}
	return json.Unmarshal(value, field.Addr().Interface())
}
