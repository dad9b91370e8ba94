package demo

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// If one worker fails, the others stop, and its error is returned.
func TestOneErrorEndsAllWorkers(t *testing.T) {
	full := errors.New("the disk is full")
	var hands atomic.Int64
	err := each(t.Context(), 3, func(ctx context.Context) error {
		if hands.Add(1) == 1 {
			return full
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Second):
			t.Error("a worker continued")
			return nil
		}
	})
	require.ErrorIs(t, err, full)
}
