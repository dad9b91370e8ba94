// Package order has orders and prebooks: their states, what a caller may do with them, and their totals.
//
// Both are one type, [Order], with a [Kind], because staff handle them in the same list in the same way. "Document" means
// either of them. [Cart.Documents] makes them, [Guard] says whether a caller may do something with them, and the methods of
// Order change them. A method that returns a fault has changed nothing. docs/concepts.md explains the rules.
//
// The package is pure: it uses no database, HTTP, JSON or log.
package order
