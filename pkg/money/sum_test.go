package money_test

import (
	"math/big"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/money"
	"github.com/stretchr/testify/require"
)

// A sum of the largest amounts is written in full.
func TestSumFormat(t *testing.T) {
	most := new(big.Int).Mul(big.NewInt(int64(money.MaxAmount)), big.NewInt(10_000))
	for want, sum := range map[string]money.Sum{
		"0.00": {}, "0.05": money.SumOf(big.NewInt(5)), "-12.34": money.SumOf(big.NewInt(-1234)), "-0.01": money.SumOf(big.NewInt(-1)),
		"99999999999999900.00": money.SumOf(most),
	} {
		require.Equal(t, want, sum.Format(2))
	}
	require.Equal(t, "1234", money.SumOf(big.NewInt(1234)).Format(0))
	require.Equal(t, money.Amount(-7).Format(3), money.SumOf(big.NewInt(-7)).Format(3))
}
