package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"
)

// deadlines counts how often the write deadline is set.
type deadlines struct {
	*httptest.ResponseRecorder
	set int
}

func (d *deadlines) SetWriteDeadline(time.Time) error {
	d.set++
	return nil
}

// Each request sets the deadline of its answer. A piece that follows soon keeps it, and a later one renews it.
func TestDeadlinesAreRenewed(t *testing.T) {
	conn := &gathering{}
	w := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	for request := range 2 {
		r := httptest.NewRequestWithContext(withGathering(t.Context(), conn), http.MethodGet, "/", http.NoBody)
		w.set = 0
		err := Options{WriteTimeout: time.Hour}.renewDeadlines(func(c Request) error {
			write := func() {
				_, err := c.Response().Write([]byte("x"))
				require.NoError(t, err)
			}
			write()
			require.Equal(t, 1, w.set, "request %d: header and first piece", request)
			write()
			require.Equal(t, 1, w.set)
			conn.renewed = conn.renewed.Add(-time.Hour / renewalsPerLimit)
			write()
			require.Equal(t, 2, w.set)
			return nil
		})(echo.New().NewContext(r, w))
		require.NoError(t, err)
	}
}
