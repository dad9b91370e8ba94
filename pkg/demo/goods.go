package demo

import "github.com/orderdesk/orderdesk/pkg/order"

// good is something that the company sells.
type good struct {
	sku, description string
	box              order.BoxType
	pack             int64
	unit             order.UnitType
	price            string
}

// goods are what the company sells, by the name in the script.
var goods = map[string]good{
	"freedom":    {"ROS-FREEDOM-60", "Rose Freedom red 60 cm", order.HalfBox, 250, order.Stem, "0.6850"},
	"explorer":   {"ROS-EXPLORER-50", "Rose Explorer red 50 cm", order.HalfBox, 300, order.Stem, "0.5200"},
	"mondial":    {"ROS-MONDIAL-60", "Rose Mondial white 60 cm", order.HalfBox, 250, order.Stem, "0.7125"},
	"quicksand":  {"ROS-QUICKSAND-50", "Rose Quicksand blush 50 cm", order.QuarterBox, 125, order.Stem, "0.9400"},
	"juliet":     {"ROS-JULIET-40", "Garden rose Juliet peach 40 cm", order.QuarterBox, 48, order.Stem, "3.2500"},
	"spray":      {"SPR-SNOWFLAKE-50", "Spray rose Snowflake 50 cm, 10 stems", order.QuarterBox, 24, order.Bunch, "7.4500"},
	"carnation":  {"CAR-MOONDUST-65", "Carnation Moondust select 65 cm", order.HalfBox, 500, order.Stem, "0.2350"},
	"mini":       {"MCA-MIX-60", "Mini carnation assorted 60 cm, 10 stems", order.QuarterBox, 35, order.Bunch, "2.8750"},
	"alstro":     {"ALS-WHISTLER-70", "Alstroemeria Whistler white 70 cm, 10 stems", order.QuarterBox, 20, order.Bunch, "4.1250"},
	"hydrangea":  {"HYD-BLUE-SEL", "Hydrangea blue select", order.HalfBox, 40, order.Stem, "1.5750"},
	"tulip":      {"TUL-STRONGLOVE", "Tulip Strong Love, 10 stems", order.EighthBox, 30, order.Bunch, "5.9500"},
	"lisianthus": {"LIS-ROSITA-WH", "Lisianthus Rosita white, 10 stems", order.QuarterBox, 16, order.Bunch, "9.8000"},
	"gyp":        {"GYP-XLENCE", "Gypsophila Xlence 750 g", order.HalfBox, 20, order.Bunch, "6.2500"},
	"eucalyptus": {"EUC-SILVER", "Eucalyptus silver dollar, bunch", order.QuarterBox, 15, order.Bunch, "5.4000"},
	"ruscus":     {"RUS-ISRAELI-60", "Israeli ruscus 60 cm, 10 stems", order.EighthBox, 20, order.Bunch, "3.7500"},
	"peony":      {"PEO-SARAH", "Peony Sarah Bernhardt", order.QuarterBox, 60, order.Stem, "2.9850"},
	"anthurium":  {"ANT-TROPICAL", "Anthurium Tropical red", order.EighthBox, 24, order.Stem, "2.1000"},
	"foam":       {"SUP-FOAM-48", "Floral foam bricks, case of 48", "", 0, order.Each, "38.9000"},
}

// onHand is a line of on-hand goods: this many boxes, or units for goods that are not sold by the box.
func onHand(what string, boxes int64) order.CartLine {
	g := goods[what]
	l := order.CartLine{Source: order.OnHand, SKU: g.sku, Description: g.description, BoxType: g.box, UnitType: g.unit, UnitPrice: g.price}
	if g.pack == 0 {
		l.Units = &boxes
		return l
	}
	l.Boxes, l.UnitsPerBox = &boxes, &g.pack
	return l
}

// future is onHand for future goods.
func future(what string, boxes int64, source order.Source) order.CartLine {
	l := onHand(what, boxes)
	l.Source = source
	return l
}

// loose is a line of loose units.
func loose(what string, units int64) order.CartLine {
	l := onHand(what, 1)
	l.BoxType, l.Boxes, l.UnitsPerBox, l.Units = "", nil, nil, &units
	return l
}
