package order

// The tables of words, which only sentences use.
var (
	Verbs  = verbs
	Done   = done
	Reach  = reach
	Labels = labels
)
