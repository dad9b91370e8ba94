package strictjson

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// ChangedMembers finds computed members of a patch that are not as they are now: a field_read_only for each. computed is a
// struct of Raw members, now the body that the service would answer; both name members alike. Numbers and texts are
// compared as JSON values. The pointers of the faults begin with pointer.
func ChangedMembers(pointer string, computed, now any) []fault.Field {
	current := membersOf(now)
	var faults []fault.Field
	v := reflect.ValueOf(computed)
	for i := range v.NumField() {
		sent, name := v.Field(i).Bytes(), v.Type().Field(i).Tag.Get("json")
		if sent != nil && !bytes.Equal(sent, current[name]) {
			faults = append(faults, fault.Field{Pointer: pointer + "/" + name, Code: fault.FieldReadOnly,
				Detail: "The service computes this member: leave it out, or send it back unchanged."})
		}
	}
	return faults
}

// membersOf is a body's members by name, in canonical bytes. An absent member is null.
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
