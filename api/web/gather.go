package web

import (
	"context"
	"net"
	"sync"
	"time"
)

// Most answers have 4 to 16 KB. net/http collects what it writes in a buffer of 4 KB, so it would send such an answer in two writes: the
// full buffer, and the rest when the handler has ended. Each write costs a call of the kernel and a packet, and often wakes the client.
// A gathering connection keeps the full buffer until the rest comes, and sends both in one call. It keeps only what is written while it
// is told to gather, because then more follows for sure.

// connBuffer is the size of net/http's buffer.
const connBuffer = 4 << 10

var connBuffers = sync.Pool{New: func() any { return new([connBuffer]byte) }}

// gathering is a connection that can gather two writes. One goroutine at a time writes to it: net/http's for the connection.
type gathering struct {
	*net.TCPConn
	gather bool              // the next write may be kept, because another one follows
	kept   *[connBuffer]byte // nil: nothing is kept
	length int               // of what is kept
	both   [2][]byte

	renewed time.Time // when the write deadline was last renewed, in this request
}

// Write sends what was kept and p, or keeps p.
func (g *gathering) Write(p []byte) (int, error) {
	if g.gather && g.kept == nil && len(p) <= connBuffer {
		g.gather = false
		g.kept, _ = connBuffers.Get().(*[connBuffer]byte)
		g.length = copy(g.kept[:], p)
		return len(p), nil
	}
	if g.kept == nil {
		return g.TCPConn.Write(p) //nolint:wrapcheck // the connection's own error
	}
	g.both = [2][]byte{g.kept[:g.length], p}
	buffers := net.Buffers(g.both[:])
	n, err := buffers.WriteTo(g.TCPConn)
	connBuffers.Put(g.kept)
	g.kept, g.both = nil, [2][]byte{}
	return max(0, int(n)-g.length), err //nolint:wrapcheck // the connection's own error
}

// listener accepts gathering connections.
type listener struct{ net.Listener }

// Accept waits for a connection. net/http looks at the type of its error: where files are short, it waits and accepts again.
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		return &gathering{TCPConn: tcp}, err //nolint:wrapcheck // net/http needs it as it is
	}
	return c, err //nolint:wrapcheck // net/http needs it as it is
}

type gatheringKey struct{}

// connOf is the request's connection, or nil if it cannot gather.
func connOf(ctx context.Context) *gathering {
	g, _ := ctx.Value(gatheringKey{}).(*gathering)
	return g
}

// withGathering lets a request find its connection.
func withGathering(ctx context.Context, c net.Conn) context.Context {
	if g, ok := c.(*gathering); ok {
		return context.WithValue(ctx, gatheringKey{}, g)
	}
	return ctx
}
