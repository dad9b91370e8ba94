package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/orderdesk/orderdesk/bench/load"
)

// operation is one of the five that are compared.
type operation struct {
	name  string
	title string
	once  bool // each row can be used once only
	ours  func(context.Context, *world) (load.Source, error)
	floor func(*world) load.Source
	rows  func(*world) int // of the limit's table
}

var operations = []operation{
	{
		name: "list", title: "list 50", rows: func(w *world) int { return len(w.places) },
		ours: func(ctx context.Context, w *world) (load.Source, error) {
			cursors, err := w.cursors(ctx, w.big, listFilter, w.places)
			prepared := make([][]byte, len(cursors))
			for i, c := range cursors {
				prepared[i] = w.request(w.big, "GET", listFilter+"&cursor="+c, "", "")
			}
			return anyOf(prepared), err
		},
		floor: func(w *world) load.Source {
			prepared := make([][]byte, len(w.places))
			for i, p := range w.places {
				prepared[i] = w.request(w.big, "GET", fmt.Sprintf("%s&v=%s&i=%s", listFilter, p.text(), p.ID), "", "")
			}
			return anyOf(prepared)
		},
	},
	{
		name: "details", title: "details, 10 lines", rows: func(w *world) int { return len(w.ids) },
		ours:  func(_ context.Context, w *world) (load.Source, error) { return w.detailRequests(), nil },
		floor: (*world).detailRequests,
	},
	{
		name: "place", title: "place, 5 lines, 50 companies", rows: func(w *world) int { return len(w.buyers) },
		ours:  func(_ context.Context, w *world) (load.Source, error) { return w.placeRequests(w.buyers), nil },
		floor: func(w *world) load.Source { return w.placeRequests(w.buyers) },
	},
	confirmOperation("confirm", "confirm, 50 companies"),
	confirmOperation("confirm_one", "confirm, one company"),
}

func confirmOperation(name, title string) operation {
	return operation{
		name: name, title: title, once: true, rows: func(w *world) int { return len(w.pools[name].orders) },
		ours: func(_ context.Context, w *world) (load.Source, error) {
			return w.confirmRequests(w.pools[name], &w.pools[name].service), nil
		},
		floor: func(w *world) load.Source { return w.confirmRequests(w.pools[name], &w.pools[name].floor) },
	}
}

// chosen are the operations that -ops names.
func (s settings) chosen() (all []operation) {
	for _, o := range operations {
		if slices.Contains(s.ops, o.name) {
			all = append(all, o)
		}
	}
	return all
}

func operationNames() []string {
	names := make([]string, len(operations))
	for i, o := range operations {
		names[i] = o.name
	}
	return names
}

func (w *world) detailRequests() load.Source {
	prepared := make([][]byte, len(w.ids))
	for i, id := range w.ids {
		prepared[i] = w.request(w.big, "GET", "/v1/orders/"+id, "", "")
	}
	return anyOf(prepared)
}
