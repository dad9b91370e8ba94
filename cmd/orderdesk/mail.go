package main

import (
	"context"
	"fmt"

	"github.com/orderdesk/orderdesk/pkg/desk"
	"github.com/orderdesk/orderdesk/pkg/store"
)

func (p program) mailResume(ctx context.Context, args []string) error {
	f := p.flags("mail resume", "", "Ends a pause of sending e-mails in the database at DATABASE_URL, so that the provider is asked at once. Sending pauses for five\n"+
		"minutes when the provider refuses the key or takes no more e-mails. A process that starts ends the pause too.")
	if err := parse(f, args); err != nil {
		return err
	}
	return p.withStore(ctx, func(st *store.Store) error {
		resumed, err := desk.New(desk.Options{Store: st, Now: p.now}).ResumeMail(ctx)
		if err != nil {
			return err
		}
		if resumed {
			fmt.Fprintln(p.stdout, "Sending goes on. Running processes notice it within 10 s.")
		} else {
			fmt.Fprintln(p.stdout, "Sending is not paused.")
		}
		return nil
	})
}
