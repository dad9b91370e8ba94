package api_test

import (
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/stretchr/testify/require"
)

// The e-mails about a document are a list in pages: newest first, each once, with those to the salesperson.
func TestEmailsInPages(t *testing.T) {
	quietly(t, func(t *testing.T, s *service) {
		customer(t, s, "BLOOM", func(c *company.Customer) { c.SalespersonEmail = "anna@rosefields.example" })
		sales := s.As(t, auth.Sales)
		id, other := placed(sales, cart("BLOOM", line("on_hand", 1))), placed(sales, cart("BLOOM", line("on_hand", 1)))
		want := []string{}
		for range 3 {
			want = append([]string{sales.Post(at(id, "email"), nil).Is(202).At("id").Text()}, want...)
		}
		want = append([]string{confirm(sales, id).At("email/id").Text()}, want...)

		whole := sales.Get(at(id, "emails")).Is(200)
		all := whole.At("data").Each("id")
		require.Len(t, all, 5)
		require.Equal(t, want, all[:4])
		require.Equal(t, "order_placed", whole.At("data/4/kind").Text())
		require.Equal(t, 50, whole.At("page/limit").Int())
		require.True(t, whole.At("page/next_cursor").Null())

		var walked, sizes []string
		path := at(id, "emails") + "?limit=2"
		for cursor := ""; ; {
			answer := sales.Get(path + cursor)
			page := answer.Is(200)
			require.Equal(t, 2, page.At("page/limit").Int())
			walked = append(walked, page.At("data").Each("id")...)
			sizes = append(sizes, strings.Repeat("x", len(page.At("data").Items())))
			if page.At("page/next_cursor").Null() {
				require.Empty(t, answer.Header.Get("Link"))
				break
			}
			require.Contains(t, answer.Header.Get("Link"), `rel="next"`)
			cursor = "&cursor=" + page.At("page/next_cursor").Text()
		}
		require.Equal(t, all, walked)
		require.Equal(t, []string{"xx", "xx", "x"}, sizes)

		next := sales.Get(path).Is(200).At("page/next_cursor").Text()
		sales.Get(at(other, "emails")+"?cursor="+next).Refused(400, "cursor_invalid")
		sales.Get(at(id, "emails")+"?cursor=x").Refused(400, "cursor_invalid")
		sales.Get(at(id, "emails")+"?limit=201").Refused(400, "parameter_invalid")
		sales.Get(at(id, "emails")+"?page=2").Refused(400, "parameter_unknown")
	})
}
