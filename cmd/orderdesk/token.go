package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/config"
)

func (p program) token(_ context.Context, args []string) error {
	f := p.flags("token", "--company UUID --role ROLE [flags]",
		"Signs a token with the HS256 development secret: JWT_SECRET, JWT_ISSUER and JWT_AUDIENCE as serve has them.\n"+
			"Without these it signs for the demo whose data is in ./var. In production tokens come from your identity provider.")
	company := f.String("company", "", "the company's `UUID`")
	var names texts
	f.Var(&names, "role", "a `role`, exactly as written: "+roleList()+"; may be given several times")
	sub := f.String("sub", "developer", "the `subject`: who the token speaks for")
	name := f.String("name", "", "their `name`, as timelines show it (default: the subject)")
	email := f.String("email", "", "their e-mail `address`")
	ttl := f.Duration("ttl", time.Hour, "the `time` for which the token is good, such as 30m or 24h")
	data := f.String("data", "var", "the `directory` of the demo's data, for a token that the demo accepts")
	if err := parse(f, args); err != nil {
		return err
	}
	id, err := uuid.Parse(*company)
	switch {
	case *company == "":
		return misuse("--company is missing")
	case err != nil:
		return misuse("--company %q is no UUID", *company)
	case len(names) == 0:
		return misuse("--role is missing: %s", roleList())
	case *sub == "" || *sub == auth.SystemSubject:
		return misuse("--sub %q cannot be anybody's subject", *sub)
	case *ttl <= 0:
		return misuse("--ttl %s is no time at all", *ttl)
	}
	grant := auth.Grant{Actor: auth.Actor{CompanyID: id.String(), Subject: *sub, Name: *name, Email: *email}, TTL: *ttl}
	if grant.Name == "" {
		grant.Name = *sub
	}
	for _, n := range names {
		role, err := auth.ParseRole(n)
		if err != nil {
			return misuse("--role: %v", err)
		}
		grant.Roles = append(grant.Roles, role)
	}
	sign, err := p.signing(*data)
	if err != nil {
		return err
	}
	issuer, err := auth.NewIssuer([]byte(sign.Secret.Reveal()), sign.Issuer, sign.Audience, p.now)
	if err != nil {
		return err
	}
	token, err := issuer.Issue(grant)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, token)
	return nil
}

// signing is what tokens are signed with: what the environment says or, where it says nothing, the demo's secret.
func (p program) signing(data string) (config.Signing, error) {
	sign, err := config.Token(p.env)
	if err != nil || sign.Secret != config.DemoSecret {
		return sign, err
	}
	secret, err := readSecret(data)
	if err != nil {
		return sign, fmt.Errorf("JWT_SECRET is not set, and there is no demo in %s: %w\n"+
			"Set JWT_SECRET, JWT_ISSUER and JWT_AUDIENCE as serve has them, or run orderdesk demo first, or name its --data", filepath.Clean(data), err)
	}
	sign.Secret = secret
	return sign, nil
}

func roleList() string {
	var list []string
	for _, r := range auth.Roles() {
		list = append(list, string(r))
	}
	return strings.Join(list, ", ")
}
