package apitest

import "maps"

// Object is a body in JSON.
type Object = map[string]any

// Line is a line of roses: 100 stems a box for 23.50.
func Line(source string, boxes int) Object {
	return Object{"source": source, "sku": "ROSE", "description": "Rose Freedom 60 cm", "box_type": "HB", "boxes": boxes, "units_per_box": 100, "unit_type": "stem", "unit_price": "0.2350"}
}

// Cart is the body of a cart.
func Cart(code string, lines ...Object) Object {
	return Object{"customer_code": code, "ship_date": "2030-12-01", "lines": lines}
}

// But returns a body with changed members; it removes a nil one.
func But(body Object, changes Object) Object {
	changed := maps.Clone(body)
	maps.Copy(changed, changes)
	maps.DeleteFunc(changed, func(_ string, v any) bool { return v == nil })
	return changed
}
