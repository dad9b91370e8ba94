package order_test

import (
	"testing"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/stretchr/testify/require"
)

func TestSearchWords(t *testing.T) {
	o := order.Order{
		Number: "W000123", CustomerCode: "JARD-7", CustomerName: "Jardín del Sol", ExternalReference: "cart/99", InvoiceNumber: "INV-000042",
		Header: order.Header{PONumber: "PO 4711", Carrier: "FedEx", Notes: "unsearched", InternalNotes: "unsearched"},
		Lines:  []order.Line{{SKU: "ROSE-RED-50", Description: "unsearched"}, {SKU: "ROSE-WHITE-50"}, {}},
	}
	require.Equal(t, " 000042 4711 50 7 99 cart del fedex inv jardin po red rose sol w000123 white", o.SearchWords())
	require.Empty(t, (&order.Order{}).SearchWords())
}
