package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/canon"
)

// SellerCompany is the company_type of the companies that may use the service.
const SellerCompany = "seller"

// claims has the claims of a token. Each must occur once, with its exact name and its own type. The types of the jwt
// library would accept "Company_ID" for company_id, use the last of two claims, and accept numbers in quotes.
type claims struct {
	jwt.RegisteredClaims
	Name, Email            string
	CompanyID, CompanyType string
	Roles                  []string
	where                  ClaimMap
}

// UnmarshalJSON reads the claims. The token parser calls it before it checks the signature, so any input is possible.
func (c *claims) UnmarshalJSON(text []byte) error {
	m, err := members(text)
	if err != nil {
		return err
	}
	var role string
	for _, claim := range []struct {
		name, pointer string
		into          any
	}{
		{"iss", "", &c.Issuer}, {"sub", "", &c.Subject}, {"aud", "", &c.Audience},
		{"exp", "", &c.ExpiresAt}, {"nbf", "", &c.NotBefore}, {"iat", "", &c.IssuedAt},
		{"name", c.where.Name, &c.Name}, {"email", "", &c.Email},
		{"company_id", c.where.Company, &c.CompanyID}, {"company_type", c.where.CompanyType, &c.CompanyType},
		{"roles", c.where.Roles, &c.Roles}, {"role", "", &role},
	} {
		if err := m.readAt(claim.name, claim.pointer, claim.into); err != nil {
			return fmt.Errorf("claim %s: %w", claim.name, err)
		}
	}
	if role != "" && c.where.Roles == "" {
		c.Roles = append(c.Roles, role)
	}
	if c.CompanyType == "" {
		c.CompanyType = c.where.DefaultCompanyType
	}
	return nil
}

// readAt reads the claim at the pointer, which replaces the claim of this name, or else that one.
func (m object) readAt(name, pointer string, into any) error {
	if pointer == "" {
		return m.read(name, into)
	}
	raw, err := claimAt(m, pointer)
	if err != nil || raw == nil {
		return err
	}
	return object{name: raw}.read(name, into)
}

// Validate checks the rules that are ours. The token parser calls it after it has checked the signature.
func (c *claims) Validate() error {
	if c.Subject == SystemSubject {
		return errors.New("the subject is that of the service itself")
	}
	if canon.Blank(c.Subject) || len(c.Subject) > 255 { // OpenID Connect Core, section 2
		return errors.New("the subject is missing, blank or longer than 255 bytes")
	}
	for _, text := range []string{c.Subject, c.Name, c.Email} {
		if strings.ContainsFunc(text, unicode.IsControl) {
			return errors.New("a claim has a control character")
		}
	}
	// The subject stays as it is: RFC 7519 compares it without transformations.
	c.Name, c.Email = canon.Clean(canon.Text(c.Name)), canon.Clean(canon.Text(c.Email))
	id, err := uuid.Parse(c.CompanyID)
	if err != nil || len(c.CompanyID) != len(uuid.Nil.String()) { // Parse also accepts urn:uuid: and braces
		return errors.New("company_id is missing or not a UUID")
	}
	c.CompanyID = id.String()
	return nil
}

// object is the members of a JSON object with their raw values.
type object map[string]json.RawMessage

// members splits a JSON object into its members. It refuses another JSON value, and two members with the same name.
func members(text []byte) (object, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("not a JSON object")
	}
	m := object{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, _ := t.(string)
		if _, twice := m[name]; twice {
			return nil, fmt.Errorf("member %.40q occurs twice", name)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		m[name] = value
	}
	return m, nil
}

// read stores the value of a member in into, which must have its type. If the member is absent or null, into is unchanged.
func (m object) read(name string, into any) error {
	raw, ok := m[name]
	if !ok || string(raw) == "null" {
		return nil
	}
	switch into := into.(type) {
	case **jwt.NumericDate:
		return readTime(raw, into)
	case *jwt.ClaimStrings:
		if raw[0] == '"' {
			*into = make(jwt.ClaimStrings, 1)
			return json.Unmarshal(raw, &(*into)[0])
		}
		return readStrings(raw, (*[]string)(into))
	case *[]string:
		return readStrings(raw, into)
	default:
		return json.Unmarshal(raw, into)
	}
}

// readStrings reads a list of strings. It refuses null in the list, which encoding/json would read as an empty string.
func readStrings(raw []byte, into *[]string) error {
	var list []*string
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	for _, s := range list {
		if s == nil {
			return errors.New("null in a list of strings")
		}
		*into = append(*into, *s)
	}
	return nil
}

// endOfTime is the first second of the year 10000, which RFC 3339 cannot express.
const endOfTime = 253402300800

// readTime reads seconds since 1970, which may have a fraction (RFC 7519, section 2).
func readTime(raw []byte, into **jwt.NumericDate) error {
	var seconds float64
	if err := json.Unmarshal(raw, &seconds); err != nil {
		return err
	}
	if seconds < 0 || seconds >= endOfTime {
		return errors.New("not a time from 1970 to the year 9999")
	}
	whole, part := math.Modf(seconds)
	*into = &jwt.NumericDate{Time: time.Unix(int64(whole), int64(part*1e9)).UTC()}
	return nil
}
