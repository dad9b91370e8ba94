package store

// System holds the few things that are done across companies: by the service itself and by the commands of who runs it.
// TestSystemIsFew lists them all, each with its reason.
type System struct{ store *Store }

// System is the store without a company.
func (s *Store) System() System { return System{store: s} }
