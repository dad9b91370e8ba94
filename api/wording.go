package api

import (
	"sync"

	"github.com/orderdesk/orderdesk/api/web"
)

// wording is made when it is first used: what the routes lead to uses it.
var wording struct {
	once  sync.Once
	write func(string) string
}

// Written is a text of the trade with the operations that it names as they are called here.
func Written(text string) string {
	wording.once.Do(func() {
		var rows []web.Route
		for _, r := range Routes() {
			rows = append(rows, r.Route)
		}
		wording.write = web.Wording(rows)
	})
	return wording.write(text)
}
