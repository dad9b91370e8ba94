package main

import (
	"context"
	"fmt"

	"github.com/orderdesk/orderdesk/pkg/desk"
)

// findBreaches is every breach of an invariant, each as a line.
func findBreaches(ctx context.Context, d *desk.Service) ([]string, error) {
	found, err := d.Check(ctx)
	lines := make([]string, len(found))
	for i, b := range found {
		lines[i] = fmt.Sprintf("%s %s, company %s: %s", b.Invariant, b.Subject, b.CompanyID, b.Detail)
	}
	return lines, err
}
