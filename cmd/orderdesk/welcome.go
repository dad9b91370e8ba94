package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/console"
	"github.com/orderdesk/orderdesk/pkg/demo"
	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/order"
)

// tokenTTL is how long the demo's tokens are valid. Each start creates new ones.
const tokenTTL = 7 * 24 * time.Hour

// welcome returns the demo's text, with command lines that work when copied. Tokens are long, so each is also in a file
// from which curl reads it as a header.
func (p program) welcome(ctx context.Context, s *service, dir string, roles []console.Role, fresh bool) (string, error) {
	url := s.config.PublicURL
	headers := filepath.Join(dir, "as")
	if err := os.MkdirAll(headers, 0o700); err != nil {
		return "", fmt.Errorf("create the directory of tokens: %w", err)
	}
	var tokens strings.Builder
	for _, who := range roles {
		if err := os.WriteFile(filepath.Join(headers, fileOf(auth.Role(who.Role))), []byte("Authorization: Bearer "+who.Token+"\n"), 0o600); err != nil {
			return "", fmt.Errorf("keep a token: %w", err)
		}
		fmt.Fprintf(&tokens, "%s: %s\n%s\n\n", who.Role, who.Name, who.Token)
	}
	orders, err := s.desk.List(ctx, demo.People()[0], desk.OrderFilter{
		Origins: []order.Origin{order.Web}, Kinds: []order.Kind{order.KindOrder}, Statuses: []order.Status{order.StatusPending},
		Sort: desk.Sort{Key: desk.ByPlacedAt, Desc: true}, Window: desk.Window{Limit: 1},
	}, desk.Extras{})
	if err != nil {
		return "", err
	}

	var b strings.Builder
	what := "with all that you did before"
	if fresh {
		what = "with customers, orders and prebooks in every state"
	}
	screen := url + "/console/"
	fmt.Fprintf(&b, "\nOpen %s and choose a role.\nIt is the Order Summary of %s, %s.\n\n", screen, demo.Name, what)
	fmt.Fprintf(&b, "  API      %s/v1\n  Docs     %s/docs/   (authorise with a token from below)\n  E-mails  %s\n  Company  %s\n\n",
		url, url, s.config.Mail.Dir, demo.Company)
	b.WriteString("TOKENS, one for each role, good for 7 days\n\n" + tokens.String())
	b.WriteString("TRY IT, in another terminal\n")
	curlAs := func(r auth.Role) string { return "curl -sS -H " + quote("@"+filepath.Join(headers, fileOf(r))) }
	step := func(title, line string) { fmt.Fprintf(&b, "\n# %s\n%s\n", title, line) }

	step("The web orders that wait to be reviewed", curlAs(auth.Sales)+" "+quote(url+"/v1/orders?origin=W&status=pending&limit=5"))
	if len(orders.Rows) > 0 {
		o := orders.Rows[0]
		at := url + "/v1/orders/" + o.ID
		step("One of them: "+o.Number+" of "+o.CustomerName, curlAs(auth.Sales)+" "+at)
		step("Confirm it: that issues its invoice and mails it", curlAs(auth.Sales)+" -X POST "+at+"/confirm")
		step("The invoice as a PDF", curlAs(auth.Sales)+" -o invoice.pdf "+quote(at+"/print?format=pdf"))
		step("The e-mails about it, and the newest as a file that any mail program opens", curlAs(auth.Sales)+" "+at+"/emails\nls -t "+quote(s.config.Mail.Dir)+" | head -1")
	}
	ships := p.now().AddDate(0, 0, 2).Format(time.DateOnly)
	// The key names the day, because the body does, and no guide has this key: a key with another body is refused.
	step("Place an order as the web shop. Run it twice: with the same key it is still one order",
		curlAs(auth.Storefront)+" -H 'Content-Type: application/json' -H 'Idempotency-Key: ships-"+ships+"' "+url+"/v1/orders -d '"+firstOrder(ships)+"'")
	if self, err := os.Executable(); err == nil {
		step("Receive what happens as webhooks, until you stop it. Do something of the above in one more terminal",
			quote(self)+" receive --api "+url+" --data "+quote(dir))
	}
	fmt.Fprintf(&b, "\nCtrl-C stops it. To start afresh, delete %s.\n\nNow open %s\n", dir, screen) // the first lines have scrolled away
	return b.String(), nil
}

// firstOrder is the body of a small order that ships on that day.
func firstOrder(ships string) string {
	return fmt.Sprintf(`{
  "customer_code": "ROSA",
  "ship_date": "%s",
  "lines": [
    {"source": "on_hand", "sku": "ROS-FREEDOM-60", "description": "Rose Freedom red 60 cm",
     "box_type": "HB", "boxes": 2, "units_per_box": 250, "unit_type": "stem", "unit_price": "0.6850"}
  ]
}`, ships)
}

// fileOf is the name of the file with a role's token.
func fileOf(r auth.Role) string { return strings.ToLower(strings.ReplaceAll(string(r), " ", "-")) }

// quote quotes a text for a shell if it needs quotes.
func quote(s string) string {
	plain := func(r rune) bool {
		return r < 128 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("@%+=:,./_-", r))
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
