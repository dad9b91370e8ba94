package strictjson

import (
	"bytes"
	"cmp"
	"encoding/json"
	"reflect"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// ChangedMembers returns a field_read_only for each member of a patch that an edit cannot change and that differs from its current
// value. computed is a struct of Raw members, and now is the body that the service would answer; both have the same JSON names.
// A member that the service does not compute says in its tag why it cannot change: why:"is set once". The pointers of the faults
// start with pointer.
func ChangedMembers(pointer string, computed, now any) []fault.Field {
	current := membersOf(now)
	var faults []fault.Field
	v := reflect.ValueOf(computed)
	for i := range v.NumField() {
		sent, name := v.Field(i).Bytes(), v.Type().Field(i).Tag.Get("json")
		if sent != nil && !bytes.Equal(sent, current[name]) {
			faults = append(faults, fault.Field{Pointer: pointer + "/" + name, Code: fault.FieldReadOnly,
				Detail: "This member " + cmp.Or(v.Type().Field(i).Tag.Get("why"), "is computed by the service") + ". Leave it out, or send it back unchanged."})
		}
	}
	return faults
}

// membersOf returns the members of a body by name, in canonical form.
func membersOf(body any) map[string][]byte {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil
	}
	tree, err := parse(raw)
	if err != nil {
		return nil
	}
	members := make(map[string][]byte, len(tree.kids))
	for i := range tree.kids {
		members[tree.kids[i].name] = canonical(nil, &tree.kids[i])
	}
	return members
}
