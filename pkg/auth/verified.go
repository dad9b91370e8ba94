package auth

import (
	"crypto/sha256"
	"sync"

	"github.com/golang-jwt/jwt/v5"
)

// verified is a token whose signature and claims were checked. Its times and its key are checked again at each use.
type verified struct {
	kid        string
	key        *key // which made the signature
	registered jwt.RegisteredClaims
	actor      Actor
}

// mostRemembered is the maximum number of tokens in each half of remembered.
const mostRemembered = 1000

// remembered keeps the tokens that were used last, by their hash, because checking a signature takes longer than reading an order.
// When recent is full, it replaces older. The zero value is ready to use.
type remembered struct {
	mu            sync.Mutex
	recent, older map[[sha256.Size]byte]*verified
}

func (r *remembered) get(token string) *verified {
	hash := sha256.Sum256([]byte(token))
	r.mu.Lock()
	defer r.mu.Unlock()
	if known := r.recent[hash]; known != nil {
		return known
	}
	known := r.older[hash]
	if known != nil {
		r.keep(hash, known)
	}
	return known
}

func (r *remembered) put(token string, v *verified) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keep(sha256.Sum256([]byte(token)), v)
}

func (r *remembered) keep(hash [sha256.Size]byte, v *verified) {
	if r.recent == nil || len(r.recent) >= mostRemembered {
		r.older, r.recent = r.recent, make(map[[sha256.Size]byte]*verified)
	}
	r.recent[hash] = v
}

// recall returns the actor of a token that was verified before, if its key is still in use and its times are still right.
func (v *Verifier) recall(token string) (Actor, bool) {
	known := v.remembered.get(token)
	if known == nil {
		return Actor{}, false
	}
	if k, err := v.keys.find(known.kid); err != nil || k != known.key {
		return Actor{}, false
	}
	if v.validator.Validate(known.registered) != nil || v.checkTimes(&known.registered) != nil {
		return Actor{}, false
	}
	return known.actor, true
}
