package strictjson

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// ChangedMembers returns a field_read_only for each computed member of a patch that differs from its current value. computed
// is a struct of Raw members, and now is the body that the service would answer; both have the same JSON names. The pointers
// of the faults start with pointer.
func ChangedMembers(pointer string, computed, now any) []fault.Field {
	current := membersOf(now)
	var faults []fault.Field
	v := reflect.ValueOf(computed)
	for i := range v.NumField() {
		sent, name := v.Field(i).Bytes(), v.Type().Field(i).Tag.Get("json")
		if sent != nil && !bytes.Equal(sent, current[name]) {
			faults = append(faults, fault.Field{Pointer: pointer + "/" + name, Code: fault.FieldReadOnly,
				Detail: "An edit cannot change this member: leave it out, or send it back unchanged."})
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
