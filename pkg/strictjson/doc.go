// Package strictjson reads JSON bodies and query parameters into Go structs. It refuses unknown and repeated members, wrong
// types, names in another letter case, and values that break the rules in the tags of the struct. It returns all faults
// together, each with a JSON pointer.
//
// encoding/json takes the last of two members with the same name, ignores the case of names and unknown members, and
// stops at the first fault. Here a Reader parses the text into a tree, which keeps what was written, and binds the tree
// to the struct by its Shape. The API document is made from the same shapes, so that it says what the reader does.
//
// The package does not depend on HTTP or on orders. The caller passes formats of its own, such as that of an amount, to New.
package strictjson
