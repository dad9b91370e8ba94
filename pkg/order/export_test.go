package order

// The words of the messages.
var (
	Infinitives = infinitives
	Participles = participles
	ScopeNouns  = scopeNouns
	Labels      = labels
)
