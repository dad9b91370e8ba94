package store

// System has the few operations across companies, for the service itself and for the operator's commands.
// TestSystemIsFew lists them with their reasons.
type System struct{ store *Store }

// System returns the store without a company.
func (s *Store) System() System { return System{store: s} }
