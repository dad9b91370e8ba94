// Package strictjson reads what callers send, JSON bodies and query parameters, and refuses what is not exactly right:
// unknown and repeated members, other types, other spellings, and whatever breaks the rules that the tags of a Go struct
// give. It names every fault at once, each with a JSON pointer.
//
// encoding/json takes the last of two members with the same name, ignores the case of names and unknown members, and
// stops at the first fault. Here a Reader parses the text into a tree, which keeps what was written, and binds the tree
// to the struct by its Shape. The API document is made from the same shapes, so that it says what the reader does.
//
// The package knows no HTTP and nothing of the trade: formats such as that of an amount are given to New.
package strictjson
