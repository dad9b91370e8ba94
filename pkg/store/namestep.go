package store

import (
	"context"
	"database/sql"
	"fmt"
)

// nameStatements fill the names beside the subjects of earlier rows from the timeline, which has always had both. What the
// timeline does not tell stays empty. A line and a payment belong to the event of the same moment.
var nameStatements = []string{
	`UPDATE orders SET placed_by_name = known.placed, confirmed_by_name = known.confirmed, voided_by_name = known.voided FROM (
		SELECT o.company_id, o.id,
			coalesce(max(e.actor_name) FILTER (WHERE e.type = 'order.placed' AND e.actor_sub = o.placed_by), '') AS placed,
			coalesce(max(e.actor_name) FILTER (WHERE e.type = 'order.confirmed' AND e.actor_sub = o.confirmed_by), '') AS confirmed,
			coalesce(max(e.actor_name) FILTER (WHERE e.type IN ('order.voided', 'order.expired') AND e.actor_sub = o.voided_by), '') AS voided
		FROM orders o JOIN events e ON e.company_id = o.company_id AND e.order_id = o.id
		WHERE e.type IN ('order.placed', 'order.confirmed', 'order.voided', 'order.expired') AND e.actor_name <> ''
		GROUP BY o.company_id, o.id
	) known WHERE orders.company_id = known.company_id AND orders.id = known.id`,
	`UPDATE order_lines SET checked_out_by_name = known.name FROM (
		SELECT l.company_id, l.order_id, l.id, max(e.actor_name) AS name
		FROM order_lines l JOIN events e ON e.company_id = l.company_id AND e.order_id = l.order_id
			AND e.at = l.checked_out_at AND e.actor_sub = l.checked_out_by
		WHERE l.checked_out_by <> '' AND e.actor_name <> ''
		GROUP BY l.company_id, l.order_id, l.id
	) known WHERE order_lines.company_id = known.company_id AND order_lines.order_id = known.order_id AND order_lines.id = known.id`,
	`UPDATE payments SET recorded_by_name = known.name FROM (
		SELECT p.company_id, p.id, max(e.actor_name) AS name
		FROM payments p JOIN events e ON e.company_id = p.company_id AND e.order_id = p.order_id
			AND e.at = p.recorded_at AND e.actor_sub = p.recorded_by
		WHERE e.actor_name <> ''
		GROUP BY p.company_id, p.id
	) known WHERE payments.company_id = known.company_id AND payments.id = known.id`,
}

// fillNames fills the names of people from the timeline. It changes no version and no updated_at.
func (s *Store) fillNames(ctx context.Context, tx *sql.Tx) error {
	for _, statement := range nameStatements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("names of people: %w", err)
		}
	}
	return nil
}
