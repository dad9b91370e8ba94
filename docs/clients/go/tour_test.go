package orderdesk_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	orderdesk "github.com/orderdesk/orderdesk/docs/clients/go"
)

// TestTour uses a running demo: place, list, export, confirm, read the invoice, void.
func TestTour(t *testing.T) {
	url := service(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	shop, sales, manager := as(t, url, "storefront"), as(t, url, "sales"), as(t, url, "sales-manager")

	key := fmt.Sprintf("go-tour-%d", time.Now().UnixNano())
	var ids []string
	var line orderdesk.ID
	for range 2 { // the second request is a retry
		placed, err := shop.PlaceOrderWithResponse(ctx, &orderdesk.PlaceOrderParams{IdempotencyKey: key}, cart())
		must(t, err)
		if placed.JSON201 == nil {
			t.Fatalf("place: %s %s", placed.Status(), placed.Body)
		}
		ids, line = append(ids, placed.JSON201.Orders[0].Id.String()), placed.JSON201.Orders[0].Lines[0].Id
	}
	if ids[0] != ids[1] {
		t.Fatalf("one key made two orders: %v", ids)
	}

	query := orderdesk.ListOrdersParams{
		Origin: &[]string{"W"},
		Status: &orderdesk.OrderFilterStatus{orderdesk.OrderFilterStatusValuePending, orderdesk.OrderFilterStatusValueDraft},
	}
	list, err := sales.ListOrdersWithResponse(ctx, &query)
	must(t, err)
	if list.JSON200 == nil {
		t.Fatalf("list: %s %s", list.Status(), list.Body)
	}
	newest := list.JSON200.Data[0]
	if newest.Id.String() != ids[0] || !strings.HasPrefix(newest.Number, "W") {
		t.Fatalf("the newest web order is %s %s, want %s", newest.Number, newest.Id, ids[0])
	}

	edited, err := sales.UpdateLineWithResponse(ctx, newest.Id, line,
		&orderdesk.UpdateLineParams{IfMatch: fmt.Sprintf(`"v%d"`, newest.Version)}, orderdesk.LineEdit{Notes: ptr("No open blooms")})
	must(t, err)
	if edited.JSON200 == nil || *edited.JSON200.Lines[0].Notes != "No open blooms" {
		t.Fatalf("edit a line: %s %s", edited.Status(), edited.Body)
	}

	exported, err := sales.ExportOrdersWithResponse(ctx, &orderdesk.ExportOrdersParams{Number: &[]string{newest.Number}})
	must(t, err)
	name := exported.HTTPResponse.Header.Get("Content-Disposition")
	if exported.StatusCode() != 200 || !strings.Contains(string(exported.Body), newest.Number) || !strings.Contains(name, ".csv") {
		t.Fatalf("export: %s %s %s, want a CSV with %s", exported.Status(), name, exported.Body, newest.Number)
	}

	confirmed, err := sales.ConfirmOrderWithResponse(ctx, newest.Id, nil)
	must(t, err)
	if confirmed.JSON200 == nil || confirmed.JSON200.Invoice.Number == "" {
		t.Fatalf("confirm: %s %s", confirmed.Status(), confirmed.Body)
	}
	invoice, err := sales.GetInvoiceWithResponse(ctx, confirmed.JSON200.Invoice.Id, nil)
	must(t, err)
	if invoice.JSON200 == nil || invoice.JSON200.Total != newest.Total {
		t.Fatalf("invoice: %s %s, want the order's total %s", invoice.Status(), invoice.Body, newest.Total)
	}

	voided, err := manager.VoidOrderWithResponse(ctx, newest.Id, nil, orderdesk.VoidReason{Reason: "The tour is over"})
	must(t, err)
	if voided.JSON200 == nil {
		t.Fatalf("void: %s %s", voided.Status(), voided.Body)
	}
	again, err := sales.ConfirmOrderWithResponse(ctx, newest.Id, nil)
	must(t, err)
	if p := again.Problem; again.StatusCode() != 409 || p == nil || p.Code != "order_not_confirmable" {
		t.Fatalf("confirm a voided order: %s %s, want 409 order_not_confirmable", again.Status(), again.Body)
	}
	t.Logf("placed, listed, exported, confirmed, invoiced as %s, voided: %s", invoice.JSON200.Number, newest.Number)
}

func cart() orderdesk.Cart {
	box, unit := orderdesk.CartLineBoxTypeHB, orderdesk.CartLineUnitTypeStem
	return orderdesk.Cart{
		CustomerCode: ptr("ROSA"),
		ShipDate:     openapi_types.Date{Time: time.Now().AddDate(0, 0, 7)},
		Lines: []orderdesk.CartLine{{
			Source: orderdesk.CartLineSourceOnHand, Sku: ptr("ROS-FREEDOM-60"), Description: ptr("Rose Freedom red 60 cm"),
			BoxType: &box, Boxes: ptr(int64(2)), UnitsPerBox: ptr(int64(250)), UnitType: &unit, UnitPrice: "0.6850",
		}},
	}
}

func ptr[T any](v T) *T { return &v }

// service returns the address of the running demo.
func service(t *testing.T) string {
	t.Helper()
	url := os.Getenv("ORDERDESK_URL")
	if url == "" {
		t.Skip("needs a running demo: make test-clients starts one")
	}
	return url
}

// as returns a client with the demo's token of a role.
func as(t *testing.T, url, role string) *orderdesk.Client {
	t.Helper()
	return orderdesk.New(url, orderdesk.Token(tokenOf(t, role)))
}

// tokenOf returns the demo's token of a role.
func tokenOf(t *testing.T, role string) string {
	t.Helper()
	header, err := os.ReadFile(filepath.Join(os.Getenv("ORDERDESK_AS"), role))
	must(t, err)
	return strings.TrimSpace(strings.TrimPrefix(string(header), "Authorization: Bearer "))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
