package main

import (
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
	"github.com/stretchr/testify/require"
)

func TestCompanyAdd(t *testing.T) {
	each(t, func(t *testing.T, database string) {
		env := environ{"DATABASE_URL": database}
		const id = "0197a3c4-0000-7000-8000-0000000000aa"
		require.Equal(t, id, ok(t, env, "company", "add", "--id", "0197A3C4-0000-7000-8000-0000000000AA", "--name", " Kwiaty \u202eŁo\u0301dz\u0301 ", "--currency", "PLN", "--time-zone", "Europe/Warsaw"))
		st := storetest.Open(t, database, store.Options{})
		c, err := st.For(id).Company(t.Context())
		require.NoError(t, err)
		require.Equal(t, "Kwiaty Łódź PLN Europe/Warsaw", c.Name+" "+c.Currency+" "+c.TimeZone)

		code, _, stderr := do(t, env, "company", "add", "--id", id, "--name", "X", "--currency", "USD")
		require.Equal(t, exitFailed, code)
		require.Contains(t, stderr, "Kwiaty Łódź")

		made, err := uuid.Parse(ok(t, env, "company", "add", "--name", "Another", "--currency", "JPY"))
		require.NoError(t, err)
		require.EqualValues(t, 7, made.Version())
	})
}
