package auth

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/golang-jwt/jwt/v5"
)

// The minimum sizes of keys (RFC 7518, sections 3.2 and 3.3).
const (
	MinSecretBytes = 32
	MinRSABits     = 2048
)

// key is a verification key and its algorithm. The algorithm comes from the key, never from the token: otherwise a token
// signed with HMAC and the text of a public key would be accepted.
type key struct {
	material any // []byte, *rsa.PublicKey or *ecdsa.PublicKey, as the algorithm's Verify expects
	method   jwt.SigningMethod
}

// keys is a source of verification keys.
type keys interface {
	// find returns the key of this id. As long as the key is in use, it is the same pointer.
	find(kid string) (*key, error)
	ready() error
}

// find returns the key itself for every kid, so that a single configured key is a source of keys.
func (k *key) find(string) (*key, error) { return k, nil }

func (k *key) ready() error { return nil }

func hmacKey(secret []byte) (*key, error) {
	if len(secret) < MinSecretBytes {
		return nil, fmt.Errorf("the HS256 secret has %d bytes and needs at least %d", len(secret), MinSecretBytes)
	}
	return &key{material: secret, method: jwt.SigningMethodHS256}, nil
}

// CheckPublicKey returns an error unless the text is one PEM block with an RSA public key of at least [MinRSABits] bits, or
// with a P-256 public key. The error never quotes the text.
func CheckPublicKey(text []byte) error {
	_, err := pemKey(text)
	return err
}

func pemKey(text []byte) (*key, error) {
	block, rest := pem.Decode(text)
	switch {
	case block == nil:
		return nil, errors.New("it is not PEM; a public key starts with -----BEGIN PUBLIC KEY-----")
	case len(bytes.TrimSpace(rest)) > 0:
		return nil, errors.New("it has more than one PEM block; only one public key is allowed")
	}
	var public any
	var err error
	switch block.Type {
	case "PUBLIC KEY":
		public, err = x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		public, err = x509.ParsePKCS1PublicKey(block.Bytes)
	default:
		return nil, fmt.Errorf("it is a %s instead of a PUBLIC KEY", block.Type)
	}
	if err != nil {
		return nil, fmt.Errorf("it is not a public key: %w", err)
	}
	return publicKey(public)
}

// publicKey chooses the algorithm for a public key.
func publicKey(public any) (*key, error) {
	switch k := public.(type) {
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits < MinRSABits {
			return nil, fmt.Errorf("the RSA key has %d bits and needs at least %d", bits, MinRSABits)
		}
		return &key{material: k, method: jwt.SigningMethodRS256}, nil
	case *ecdsa.PublicKey:
		if k.Curve != elliptic.P256() {
			return nil, fmt.Errorf("the elliptic key is on %s; ES256 needs P-256", k.Curve.Params().Name)
		}
		return &key{material: k, method: jwt.SigningMethodES256}, nil
	default:
		return nil, fmt.Errorf("a key of type %T is not supported; use RSA or P-256", public)
	}
}
