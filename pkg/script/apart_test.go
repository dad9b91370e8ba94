package script

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestApart(t *testing.T) {
	inside := func(text string) string { return "\u2068" + text + "\u2069" }
	for _, whole := range []string{
		"10-1", "11511-2", "02-555-0100", "02 555 0100", "+20 2 2555-0100", "(02) 555 0100", "+972-3-555-0100", "2026-000123", "2026/INV/7", "60-ROS", "1/2",
		"10.5", "1,234.50", "-5", "10-1@shop.example", "sales.2@shop.example", "ROS-FREEDOM-60", "Rose Garden 12-B", "12 Rose St", "0:30", "#12-3", "R2-D2", "١٠-١",
	} {
		for _, around := range [][2]string{{"القاهرة ", ""}, {"القاهرة، ", "."}, {"", " القاهرة"}, {"רחוב ", ", תל אביב"}, {"هاتف: ", "، شكرا"}, {"(فرع ", ")"}, {"(", " فرع)"}} {
			require.Equal(t, around[0]+inside(whole)+around[1], Apart(around[0]+whole+around[1]))
		}
		if Plain(whole) {
			require.Equal(t, whole, Apart(whole), "nothing runs from right to left")
		}
	}
	for _, stays := range []string{"ורד Freedom מובחר", "12 وردة", "مشتل الورد", "Rose مشتل", "شارع 5 12", "ورد.", "5% خصم", "حجم A4", "Straße 10-1", ""} {
		require.Equal(t, stays, Apart(stays))
	}
	require.Equal(t, "شارع 5 "+inside("10-1"), Apart("شارع 5 10-1"), "several numbers")
	require.Equal(t, "هاتف "+inside("02-1")+", "+inside("60-ROS")+". "+inside("1-2"), Apart("هاتف 02-1, 60-ROS. 1-2"), "a list")
	require.Equal(t, "القاهرة\n"+inside("10-1"), Apart("القاهرة\n10-1"), "the next line")
}
