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
		"Signs a token with the HS256 development secret: the JWT_SECRET, JWT_ISSUER and JWT_AUDIENCE of serve.\n"+
			"Without these variables it signs for the demo in ./var. In production, tokens come from your identity provider.")
	company := f.String("company", "", "the company's `UUID`")
	var names texts
	f.Var(&names, "role", "a `role`, exactly as written here: "+roleList()+"; may be given several times")
	sub := f.String("sub", "developer", "the `subject`: the user or program that the token is for")
	name := f.String("name", "", "the user's `name`, shown in timelines (default: the subject)")
	email := f.String("email", "", "the user's e-mail `address`")
	ttl := f.Duration("ttl", time.Hour, "the `time` for which the token is valid, such as 30m or 24h")
	data := f.String("data", "var", "the `directory` of a demo's data, to sign a token for that demo")
	if err := parse(f, args); err != nil {
		return err
	}
	id, err := uuid.Parse(*company)
	switch {
	case *company == "":
		return misuse("--company is missing")
	case err != nil:
		return misuse("--company %q is not a UUID", *company)
	case len(names) == 0:
		return misuse("--role is missing: %s", roleList())
	case *sub == "" || *sub == auth.SystemSubject:
		return misuse("--sub %q cannot be a subject", *sub)
	case *ttl <= 0:
		return misuse("--ttl %s is not above 0", *ttl)
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

// signing returns the signing settings: the environment's or, if it has none, the demo's secret.
func (p program) signing(data string) (config.Signing, error) {
	sign, err := config.Token(p.env)
	if err != nil || sign.Secret != config.DemoSecret {
		return sign, err
	}
	secret, err := readSecret(data)
	if err != nil {
		return sign, fmt.Errorf("JWT_SECRET is not set, and there is no demo in %s: %w\n"+
			"Set JWT_SECRET, JWT_ISSUER and JWT_AUDIENCE as for serve, run orderdesk demo first, or name its directory with --data", filepath.Clean(data), err)
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
