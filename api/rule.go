package api

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// rule is what a value must keep to, from the tags that swag (v1.16.6) reads as well:
//
//	validate:"required"               the member must be there
//	minLength:"1" maxLength:"200"     characters of a text, or of each text in a list
//	minimum:"1" maximum:"500"         of a number, or of each number in a list
//	validate:"min=1,max=500"          items of a list: swag has no minItems tag, and reads these words so
//	enums:"W,P,S"                     of a text, or of each text in a list
//	format:"date"                     one of formats, of a text or of each text in a list
//	extensions:"x-nullable"           null is accepted; a pointer must have it, for swag does not see pointers
//	extensions:"x-pattern=^[A-Z]+$"   swag has no pattern tag: cmd/openapi renames this one
//	default:"50"                      the value where the member is absent
type rule struct {
	minLength, maxLength *int
	minItems, maxItems   *int
	minimum, maximum     *int64
	enum                 []string
	format               string
	pattern              *regexp.Regexp
}

// constrain reads the tags of a field into its shape. It panics on a tag that would do nothing.
func (s *shape) constrain(tag reflect.StructTag, where string) (required bool) {
	number := func(name, text string) int64 {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			panic(fmt.Sprintf("api: %s has %s %q", where, name, text))
		}
		return n
	}
	target := s
	for target.elem != nil {
		target = target.elem
	}
	for _, name := range []string{"minLength", "maxLength", "minimum", "maximum", "enums", "format"} {
		text, ok := tag.Lookup(name)
		if !ok {
			continue
		}
		textual := target.kind == textKind || target.kind == parsedKind
		switch {
		case textual && name == "minLength":
			target.rule.minLength = ptr(int(number(name, text)))
		case textual && name == "maxLength":
			target.rule.maxLength = ptr(int(number(name, text)))
		case textual && name == "enums":
			target.rule.enum = strings.Split(text, ",")
		case textual && name == "format":
			if _, known := formats()[text]; !known {
				panic(fmt.Sprintf("api: %s has the format %q, which is not in formats", where, text))
			}
			target.rule.format = text
		case target.kind == intKind && name == "minimum":
			target.rule.minimum = ptr(number(name, text))
		case target.kind == intKind && name == "maximum":
			target.rule.maximum = ptr(number(name, text))
		case target.kind == intKind && name == "format": // int64, for the document alone
		default:
			panic("api: " + where + " has a tag " + name + " that its type does not take")
		}
	}
	for _, word := range extensionsOf(tag, where) {
		if expression, ok := strings.CutPrefix(word, "x-pattern="); ok {
			target.rule.pattern = regexp.MustCompile(expression)
		}
	}
	for _, word := range strings.Split(tag.Get("validate"), ",") {
		name, text, _ := strings.Cut(word, "=")
		switch {
		case word == "":
		case word == "required":
			required = true
		case name == "min" && s.kind == listKind:
			s.rule.minItems = ptr(int(number(name, text)))
		case name == "max" && s.kind == listKind:
			s.rule.maxItems = ptr(int(number(name, text)))
		default:
			panic("api: " + where + " has validate:" + word + ", which does nothing here")
		}
	}
	for _, name := range []string{"minItems", "maxItems", "pattern", "binding"} {
		if _, ok := tag.Lookup(name); ok {
			panic("api: " + where + " has a tag " + name + ", which swag does not read or which does nothing; see rule")
		}
	}
	return required
}

func ptr[T any](v T) *T { return &v }

// extensionsOf splits the tag at its commas. swag does so inside brackets too, so that a pattern cannot have a comma:
// say {2,5} by minLength and maxLength.
func extensionsOf(tag reflect.StructTag, where string) []string {
	text := tag.Get("extensions")
	if text == "" {
		return nil
	}
	words := strings.Split(text, ",")
	for _, word := range words {
		if !strings.HasPrefix(word, "x-") {
			panic("api: " + where + " has an extension " + word + " that does not begin with x-; a pattern cannot have a comma")
		}
	}
	return words
}

// breach is why a value is refused; the zero breach is that it is not.
type breach struct {
	code   fault.Code
	detail string
}

func refuse(code fault.Code, format string, args ...any) breach {
	return breach{code, fmt.Sprintf(format, args...)}
}

// text holds a text against the rule. No text has NUL or another control character, save new line and tab.
func (r *rule) text(s string) breach {
	for _, c := range s {
		if unicode.IsControl(c) && c != '\n' && c != '\t' {
			return refuse(fault.FieldInvalid, "Must not hold the control character U+%04X.", c)
		}
	}
	if r.enum != nil {
		for _, one := range r.enum {
			if s == one {
				return breach{}
			}
		}
		return refuse(fault.FieldInvalid, "Must be one of %s; it is %s.", strings.Join(r.enum, ", "), quoted(s))
	}
	length := utf8.RuneCountInString(s)
	f, formatted := formats()[r.format]
	most := r.maxLength
	if most == nil && formatted {
		most = &f.Length
	}
	switch {
	case most != nil && length > *most:
		return refuse(fault.FieldTooLong, "Must have at most %d characters; it has %d.", *most, length)
	case r.minLength != nil && *r.minLength > 0 && strings.TrimSpace(s) == "":
		return refuse(fault.FieldRequired, "Must not be empty or blank.")
	case r.minLength != nil && length < *r.minLength:
		return refuse(fault.FieldInvalid, "Must have at least %d characters; it has %d.", *r.minLength, length)
	case formatted && !f.valid(s):
		return refuse(fault.FieldInvalid, "Must be %s; it is %s.", f.Meaning, quoted(s))
	case r.pattern != nil && !r.pattern.MatchString(s):
		return refuse(fault.FieldInvalid, "Must match %s; it is %s.", r.pattern, quoted(s))
	}
	return breach{}
}

func (r *rule) integer(n int64) breach {
	switch {
	case r.minimum != nil && n < *r.minimum:
		return refuse(fault.FieldOutOfRange, "Must be at least %d; it is %d.", *r.minimum, n)
	case r.maximum != nil && n > *r.maximum:
		return refuse(fault.FieldOutOfRange, "Must be at most %d; it is %d.", *r.maximum, n)
	}
	return breach{}
}

func (r *rule) items(count int) breach {
	switch {
	case r.maxItems != nil && count > *r.maxItems:
		return refuse(fault.FieldTooLong, "Must have at most %d items; it has %d.", *r.maxItems, count)
	case r.minItems != nil && count < *r.minItems && count == 0:
		return refuse(fault.FieldRequired, "Must not be empty.")
	case r.minItems != nil && count < *r.minItems:
		return refuse(fault.FieldInvalid, "Must have at least %d items; it has %d.", *r.minItems, count)
	}
	return breach{}
}
