// Package order says what an order and a prebook are, what may happen to them and what they come to.
//
// Both are one type, told apart by Kind: staff review, print, mail, edit and void them alike. The package is pure:
// it knows no database, HTTP, JSON or log. Its verbs either change the document as the rules of the trade say
// (domain.md) or refuse with a fault and change nothing.
package order
