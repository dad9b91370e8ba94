package order

import (
	"errors"
	"fmt"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/money"
)

// faultList collects the faults of one body.
type faultList []fault.Field

func (f *faultList) add(pointer string, code fault.Code, format string, args ...any) {
	*f = append(*f, fault.Field{Pointer: pointer, Code: code, Detail: fmt.Sprintf(format, args...)})
}

// relate names the other members that the rule of the last fault reads; see fault.Merge.
func (f *faultList) relate(object string, members ...string) {
	last := &(*f)[len(*f)-1]
	for _, name := range members {
		last.Related = append(last.Related, object+"/"+name)
	}
}

// addDecimal adds the fault of a string that package money could not parse.
func (f *faultList) addDecimal(pointer string, err error, remedy string) {
	f.add(pointer, DecimalCode(err), "%s", remedy)
}

// DecimalCode returns the code of the fault for a string that package money could not parse with this error.
func DecimalCode(err error) fault.Code {
	switch {
	case errors.Is(err, money.ErrDecimals):
		return fault.DecimalsTooMany
	case errors.Is(err, money.ErrRange):
		return fault.FieldOutOfRange
	}
	return fault.FieldInvalid
}

func price(pointer, s string, faults *faultList) money.Price {
	p, err := money.ParsePrice(s)
	switch {
	case err != nil:
		faults.addDecimal(pointer, err, "Must be a decimal string from 0 to "+money.MaxPrice.String()+" with at most 4 decimals, such as \"0.2350\".")
	case signed(s):
		faults.add(pointer, fault.FieldOutOfRange, "Must be 0 or more, without a sign.")
		return 0 // so that the total gets no fault too
	}
	return p
}

// signed reports whether a decimal string has a minus sign. Prices, rates and taxes must not have one, not even -0.
func signed(s string) bool { return strings.HasPrefix(s, "-") }

func amount(pointer, s string, digits int, faults *faultList) money.Amount {
	a, err := money.ParseAmount(s, digits)
	if err != nil {
		limit := money.MaxAmount.Format(digits)
		faults.addDecimal(pointer, err, fmt.Sprintf("Must be a decimal string from -%s to %s with at most %d decimals.", limit, limit, digits))
	}
	return a
}

func count(pointer string, v, limit int64, faults *faultList) int64 {
	if v < MinCount || v > limit {
		faults.add(pointer, fault.FieldOutOfRange, "Must be a whole number from %d to %d.", MinCount, limit)
		return MinCount
	}
	return v
}
