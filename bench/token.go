package main

import (
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/orderdesk/orderdesk/bench/floor"
)

// How tokens are signed.
const (
	secret   = "a secret of the bench, which is long enough"
	issuer   = "https://id.test"
	audience = "orderdesk"
)

// issueTokens signs a token of an Admin for each company.
func (w *world) issueTokens() error {
	w.tokens = map[string]string{}
	for _, id := range w.companies() {
		token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
			"iss": issuer, "aud": audience, "sub": floor.Actor, "name": floor.Actor, "company_id": id, "company_type": "seller",
			"roles": []string{"Admin"}, "exp": time.Now().Add(24 * time.Hour).Unix(),
		}).SignedString([]byte(secret))
		if err != nil {
			return err
		}
		w.tokens[id] = token
	}
	return nil
}
