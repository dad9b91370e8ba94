package store

import (
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"
)

// writeBuffer is a connection's memory for the messages of a batch. pgx starts each batch with 1 KB, and copies what a confirm writes
// five times until it fits.
type writeBuffer struct {
	pgproto3.FrontendMessage // Encode alone is called
	kept                     []byte
}

// writeBufferSize is the size of the buffer. Most batches are smaller.
const writeBufferSize = 32 << 10

// provideBuffer gives the connection's own buffer to its next batch. pgx forgets it once the batch is sent. A closed connection sends no
// batch, and pgx may still be using its buffer in another goroutine, to end the session.
func provideBuffer(conn *pgx.Conn) {
	if conn.IsClosed() {
		return
	}
	const key = "write buffer"
	session := conn.PgConn()
	buffer, ok := session.CustomData()[key].(*writeBuffer)
	if !ok {
		buffer = &writeBuffer{kept: make([]byte, 0, writeBufferSize)}
		session.CustomData()[key] = buffer
	}
	session.Frontend().Send(buffer)
}

// Encode is what pgx calls to append a message to its buffer. It appends none, and replaces the buffer.
func (w *writeBuffer) Encode(dst []byte) ([]byte, error) { return append(w.kept[:0], dst...), nil }
