package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// statements records the statements of a store, as a pgx.QueryTracer.
type statements struct {
	mu   sync.Mutex
	seen []pgx.TraceQueryStartData
}

func (s *statements) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = nil
}

// TraceQueryStart records a statement.
func (s *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	if strings.HasPrefix(d.SQL, "SELECT") || strings.HasPrefix(d.SQL, "WITH") {
		s.seen = append(s.seen, d)
	}
	return ctx
}

// TraceQueryEnd is part of pgx.QueryTracer.
func (*statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// blocks runs the recorded statements again and returns how many blocks they read.
func (s *statements) blocks(ctx context.Context, conn *pgx.Conn) (int, error) {
	s.mu.Lock()
	seen := s.seen
	s.mu.Unlock()
	all := 0
	for _, d := range seen {
		var raw []byte
		if err := conn.QueryRow(ctx, "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) "+d.SQL, d.Args...).Scan(&raw); err != nil {
			return 0, fmt.Errorf("explain %s: %w", d.SQL, err)
		}
		var plans []struct {
			Plan struct {
				Hit  int `json:"Shared Hit Blocks"`
				Read int `json:"Shared Read Blocks"`
			} `json:"Plan"`
		}
		if err := json.Unmarshal(raw, &plans); err != nil {
			return 0, err
		}
		all += plans[0].Plan.Hit + plans[0].Plan.Read
	}
	return all, nil
}
