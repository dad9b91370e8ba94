package audit

import "context"

// customers checks that the search keys of each customer are made of its code and name. With a wrong key a list misses the
// customer, or shows it twice.
func (c *check) customers(ctx context.Context) error {
	for after := ""; ; {
		page, err := c.tenant.AllCustomers(ctx, after, chunk)
		if err != nil || len(page) == 0 {
			return err
		}
		for i := range page {
			is := page[i]
			if page[i].SetKeys(); is.CodeSearch != page[i].CodeSearch || is.NameKey != page[i].NameKey {
				c.report("I7", is.Code, "the customer is searched by %q and %q, and its code and name are %q and %q", is.CodeSearch, is.NameKey, is.Code, is.Name)
			}
			after = is.ID
		}
	}
}
