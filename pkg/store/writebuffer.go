package store

import (
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"
)

// writeBuffer is the memory that the messages of one batch to PostgreSQL are gathered in. pgx starts each batch with 1 KB, and what a
// confirm writes was copied five times until it fitted.
type writeBuffer struct {
	pgproto3.FrontendMessage // Encode alone is called
	kept                     []byte
}

// batchSize is more than most batches have.
const batchSize = 32 << 10

// provideBuffer gives the connection's own buffer to its next batch. pgx forgets it once the batch is sent.
func provideBuffer(conn *pgx.Conn) {
	const key = "write buffer"
	session := conn.PgConn()
	buffer, ok := session.CustomData()[key].(*writeBuffer)
	if !ok {
		buffer = &writeBuffer{kept: make([]byte, 0, batchSize)}
		session.CustomData()[key] = buffer
	}
	session.Frontend().Send(buffer)
}

// Encode is what pgx calls to append a message to its buffer. It appends none, and replaces the buffer.
func (w *writeBuffer) Encode(dst []byte) ([]byte, error) { return append(w.kept[:0], dst...), nil }
