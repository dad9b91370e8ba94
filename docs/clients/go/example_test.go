package orderdesk_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"testing"
	"time"

	orderdesk "github.com/orderdesk/orderdesk/docs/clients/go"
)

// List the web orders that wait for review, and confirm the newest in the version that was listed.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	client := orderdesk.New(os.Getenv("ORDERDESK_URL"), orderdesk.Token(os.Getenv("ORDERDESK_TOKEN")))

	list, err := client.ListOrdersWithResponse(ctx, &orderdesk.ListOrdersParams{
		Origin: &[]string{"W"},
		Kind:   &orderdesk.OrderFilterKind{orderdesk.OrderFilterKindValueOrder},
		Status: &orderdesk.OrderFilterStatus{orderdesk.OrderFilterStatusValuePending},
	})
	if err != nil {
		fmt.Println(err) // the request got no answer
		return
	}
	if p := list.Problem; p != nil {
		fmt.Println(p.Code, p.Detail) // the service refused the request
		return
	}
	if len(list.JSON200.Data) == 0 {
		fmt.Println("No web order waits for review.")
		return
	}

	order := list.JSON200.Data[0]
	version := fmt.Sprintf(`"v%d"`, order.Version)
	confirmed, err := client.ConfirmOrderWithResponse(ctx, order.Id, &orderdesk.ConfirmOrderParams{IfMatch: &version})
	if err != nil {
		fmt.Println(err)
		return
	}
	if p := confirmed.Problem; p != nil {
		fmt.Println(p.Code, p.Detail)
		return
	}
	fmt.Printf("Order %s has invoice %s.\n", order.Number, confirmed.JSON200.Invoice.Number)
}

// The example has no fixed output, because numbers differ. This test runs it against the demo.
func TestExample(t *testing.T) {
	service(t)
	t.Setenv("ORDERDESK_TOKEN", tokenOf(t, "sales"))
	printed := stdout(t, Example)
	if !regexp.MustCompile(`^Order W\d+ has invoice HV-\d+\.\n$`).MatchString(printed) {
		t.Fatalf("the example printed: %s", printed)
	}
}

// stdout returns what run prints.
func stdout(t *testing.T, run func()) string {
	t.Helper()
	read, write, err := os.Pipe()
	must(t, err)
	was := os.Stdout
	os.Stdout = write
	run()
	os.Stdout = was
	must(t, write.Close())
	printed, err := io.ReadAll(read)
	must(t, err)
	return string(printed)
}
