package company_test

import (
	"encoding/json"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/stretchr/testify/require"
)

// Orders and customers store addresses as JSON. The JSON must not change, and addresses that older versions wrote can be
// read; a customer's address there has no name and no telephone.
func TestAddressIsKeptAsItWas(t *testing.T) {
	a := company.Address{Name: "Cold store", Line1: "12 Market", Line2: "Dock 4", City: "Miami", Region: "FL", PostalCode: "33122", Country: "US", Phone: "1"}
	const kept = `{"Name":"Cold store","Line1":"12 Market","Line2":"Dock 4","City":"Miami","Region":"FL","PostalCode":"33122","Country":"US","Phone":"1"}`
	written, err := json.Marshal(a)
	require.NoError(t, err)
	require.Equal(t, kept, string(written))

	for old, want := range map[string]company.Address{
		`{"Name":"Cold store","Phone":"1","Line1":"12 Market","Line2":"Dock 4","City":"Miami","Region":"FL","PostalCode":"33122","Country":"US"}`: a,
		`{"Line1":"12 Market","Line2":"","City":"Miami","Region":"FL","PostalCode":"","Country":"US"}`:                                            {Line1: "12 Market", City: "Miami", Region: "FL", Country: "US"},
	} {
		var read company.Address
		require.NoError(t, json.Unmarshal([]byte(old), &read))
		require.Equal(t, want, read)
	}
}
