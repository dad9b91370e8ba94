package strictjson

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/orderdesk/orderdesk/pkg/canon"
	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Rule is the rule of a value, from the tags of its field. The API document is made from the same rules:
//
//	required:"true"                the member must be there
//	minLength:"1" maxLength:"200"  characters of a text, or of each text in a list
//	minimum:"1" maximum:"500"      of a number, or of each number in a list
//	minItems:"1" maxItems:"500"    items of a list
//	enums:"W,P,S"                  of a text, or of each text in a list
//	format:"date"                  one of the reader's formats, of a text or of each text in a list
//	pattern:"^[A-Z]+$"             of a text, or of each text in a list or map
//	nullable:"true"                null is accepted, as it is for a pointer
//	default:"50"                   the value if the member is absent
//
// A bound is nil without a tag.
type Rule struct {
	MinLength, MaxLength *int // characters, from the tag; see Longest
	MinItems, MaxItems   *int
	Minimum, Maximum     *int64
	Enum                 []string
	Format               *Format        // nil if the text has none
	Pattern              *regexp.Regexp // from the tag; see TextPattern
}

// Longest returns the maximum number of characters of a text, from its own tag or else from its format. ok is false if
// neither has one.
func (r *Rule) Longest() (characters int, ok bool) {
	switch {
	case r.MaxLength != nil:
		return *r.MaxLength, true
	case r.Format != nil:
		return r.Format.Length, true
	}
	return 0, false
}

// TextPattern returns a pattern that every accepted text matches, in the syntax of ECMA 262: that of the tag, that of
// the format, or that of a text without control characters. A text that must be filled is not blank. The pattern is
// empty if the rule has an enum.
func (r *Rule) TextPattern() string {
	switch {
	case r.Enum != nil:
		return ""
	case r.Pattern != nil:
		return r.Pattern.String()
	}
	return patternOf(r.Format, r.MinLength != nil && *r.MinLength > 0)
}

// constrain reads the tags of a field into its shape. It panics on a tag without effect.
func (r *Reader) constrain(s *Shape, tag reflect.StructTag, where string) (required bool) {
	number := func(name, text string) int64 {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			panic(fmt.Sprintf("strictjson: %s has %s %q", where, name, text))
		}
		return n
	}
	target := s
	for target.Elem != nil {
		target = target.Elem
	}
	for _, name := range []string{"minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "enums", "format", "pattern"} {
		text, ok := tag.Lookup(name)
		if !ok {
			continue
		}
		textual := target.Kind == Text || target.Kind == ParsedText
		switch {
		case textual && name == "minLength":
			target.Rule.MinLength = new(int(number(name, text)))
		case textual && name == "maxLength":
			target.Rule.MaxLength = new(int(number(name, text)))
		case textual && name == "enums":
			target.Rule.Enum = strings.Split(text, ",")
		case textual && name == "format":
			format, known := r.formats[text]
			if !known {
				panic(fmt.Sprintf("strictjson: %s has the format %q, which the reader does not know", where, text))
			}
			target.Rule.Format = &format
		case textual && name == "pattern":
			target.Rule.Pattern = regexp.MustCompile(text)
		case s.Kind == List && name == "minItems":
			s.Rule.MinItems = new(int(number(name, text)))
		case s.Kind == List && name == "maxItems":
			s.Rule.MaxItems = new(int(number(name, text)))
		case target.Kind == Integer && name == "minimum":
			target.Rule.Minimum = new(number(name, text))
		case target.Kind == Integer && name == "maximum":
			target.Rule.Maximum = new(number(name, text))
		case target.Kind == Integer && name == "format": // int64, for the document alone
		default:
			panic("strictjson: " + where + " has a tag " + name + " that its type does not take")
		}
	}
	for _, name := range []string{"validate", "extensions", "binding"} { // of other libraries
		if _, ok := tag.Lookup(name); ok {
			panic("strictjson: " + where + " has a tag " + name + ", which does nothing: the tags are those of Rule, such as required:\"true\" and nullable:\"true\"")
		}
	}
	return isTrue(tag, "required", where)
}

// isTrue reports whether the field has the tag, whose only value is true.
func isTrue(tag reflect.StructTag, name, where string) bool {
	text, ok := tag.Lookup(name)
	if ok && text != "true" {
		panic(fmt.Sprintf("strictjson: %s has %s:%q, which does nothing; write true or leave it out", where, name, text))
	}
	return ok
}

// breach is the reason why a value is refused. The zero breach means that it is accepted.
type breach struct {
	code   fault.Code
	detail string
}

func refuse(code fault.Code, format string, args ...any) breach {
	return breach{code, fmt.Sprintf(format, args...)}
}

// text checks a text. It allows no control characters except new line and tab.
func (r *Rule) text(s string) breach {
	for _, c := range s {
		if unicode.IsControl(c) && c != '\n' && c != '\t' {
			return refuse(fault.FieldInvalid, "Must not contain the control character U+%04X.", c)
		}
	}
	if r.Enum != nil {
		for _, one := range r.Enum {
			if s == one {
				return breach{}
			}
		}
		return refuse(fault.FieldInvalid, "Must be one of %s; it is %s.", strings.Join(r.Enum, ", "), Quote(s))
	}
	length := utf8.RuneCountInString(s)
	most, bounded := r.Longest()
	switch {
	case bounded && length > most && r.MaxLength == nil: // the limit comes from the format, so the sentence names the format too
		return refuse(fault.FieldTooLong, "Must be %s, with at most %d characters; it has %d.", r.Format.Meaning, most, length)
	case bounded && length > most:
		return refuse(fault.FieldTooLong, "Must have at most %d characters; it has %d.", most, length)
	case r.MinLength != nil && *r.MinLength > 0 && canon.Blank(s):
		return refuse(fault.FieldRequired, "Must not be empty or blank.")
	case r.MinLength != nil && length < *r.MinLength:
		return refuse(fault.FieldInvalid, "Must have at least %d characters; it has %d.", *r.MinLength, length)
	case r.Format != nil && !r.Format.Valid(s):
		return refuse(fault.FieldInvalid, "Must be %s; it is %s.", r.Format.Meaning, Quote(s))
	case r.Pattern != nil && !r.Pattern.MatchString(s):
		return refuse(fault.FieldInvalid, "Must match %s; it is %s.", r.Pattern, Quote(s))
	}
	return breach{}
}

func (r *Rule) integer(n int64) breach {
	switch {
	case r.Minimum != nil && n < *r.Minimum:
		return refuse(fault.FieldOutOfRange, "Must be at least %d; it is %d.", *r.Minimum, n)
	case r.Maximum != nil && n > *r.Maximum:
		return refuse(fault.FieldOutOfRange, "Must be at most %d; it is %d.", *r.Maximum, n)
	}
	return breach{}
}

func (r *Rule) items(count int) breach {
	switch {
	case r.MaxItems != nil && count > *r.MaxItems:
		return refuse(fault.FieldTooLong, "Must have at most %d items; it has %d.", *r.MaxItems, count)
	case r.MinItems != nil && count < *r.MinItems && count == 0:
		return refuse(fault.FieldRequired, "Must not be empty.")
	case r.MinItems != nil && count < *r.MinItems:
		return refuse(fault.FieldInvalid, "Must have at least %d items; it has %d.", *r.MinItems, count)
	}
	return breach{}
}
