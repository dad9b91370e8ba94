package demo

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Where one hand fails the others stop, and the error is that one's.
func TestOneErrorEndsAllHands(t *testing.T) {
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
			t.Error("a hand went on")
			return nil
		}
	})
	require.ErrorIs(t, err, full)
}
