package orderdesk_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	orderdesk "github.com/orderdesk/orderdesk/docs/clients/go"
)

// readme is the code of the README, except for the address. TestReadme compares the two.
func readme(ctx context.Context, url, token string) error {
	client := orderdesk.New(url, orderdesk.Token(token))
	list, err := client.ListOrdersWithResponse(ctx, &orderdesk.ListOrdersParams{Origin: &[]string{"W"}})
	if err != nil {
		return err // the network
	}
	if p := list.Problem; p != nil {
		return fmt.Errorf("%s: %s", p.Code, p.Detail)
	}
	for _, order := range list.JSON200.Data {
		fmt.Println(order.Number, order.Status, order.Total)
	}
	return nil
}

// The code of the README is the code of readme, and it runs.
func TestReadme(t *testing.T) {
	shown := block(t, "README.md", "(?ms)^```go\n(.*?)^```$")
	compiled := block(t, "readme_test.go", `(?ms)^func readme\(.*? error \{\n(.*?)\treturn nil\n\}$`)
	compiled = strings.ReplaceAll("\n"+compiled, "\n\t", "\n")[1:]
	if shown = strings.Replace(shown, `"http://127.0.0.1:8080"`, "url", 1); shown != compiled {
		t.Fatalf("the README shows\n%s\nand this file has\n%s", shown, compiled)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	url := service(t)
	must(t, readme(ctx, url, tokenOf(t, "sales")))
	if err := readme(ctx, url, "nonsense"); err == nil || !strings.HasPrefix(err.Error(), "token_") {
		t.Fatalf("with an invalid token: %v", err)
	}
}

// block returns the first group of the pattern in a file.
func block(t *testing.T, file, pattern string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	must(t, err)
	found := regexp.MustCompile(pattern).FindStringSubmatch(string(text))
	if found == nil {
		t.Fatalf("%s has nothing like %s", file, pattern)
	}
	return found[1]
}
