package tradedata

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ReadNorthwind reads the Northwind sample from its CSV files in the directory.
func ReadNorthwind(dir string) (Data, error) {
	var d Data
	var err error
	table := func(file string) (rows []record) {
		if err == nil {
			rows, err = readTable(filepath.Join(dir, file))
		}
		return rows
	}
	for _, c := range table("customers.csv") {
		d.Customers = append(d.Customers, Customer{
			Code: c["customerID"], Name: c["companyName"], Phone: c["phone"],
			Address: Address{Line1: c["address"], City: c["city"], Region: c["region"], PostalCode: c["postalCode"], Country: c["country"]},
		})
	}
	employees, products, carriers := map[string]string{}, map[string]string{}, map[string]string{}
	for _, e := range table("employees.csv") {
		employees[e["employeeID"]] = e["firstName"] + " " + e["lastName"]
	}
	for _, p := range table("products.csv") {
		products[p["productID"]] = p["productName"]
	}
	for _, s := range table("shippers.csv") {
		carriers[s["shipperID"]] = s["companyName"]
	}
	lines := map[string][]Line{}
	for _, l := range table("order-details.csv") {
		units, numberErr := strconv.ParseInt(l["quantity"], 10, 64)
		err = errors.Join(err, numberErr, decimals(l["unitPrice"], l["discount"]))
		lines[l["orderID"]] = append(lines[l["orderID"]], Line{
			SKU: "P" + l["productID"], Description: products[l["productID"]], Units: units, Price: l["unitPrice"], Discount: l["discount"],
		})
	}
	for _, o := range table("orders.csv") {
		placed, placedErr := day(o["orderDate"])
		required, requiredErr := day(o["requiredDate"])
		err = errors.Join(err, placedErr, requiredErr, decimals(o["freight"]))
		d.Orders = append(d.Orders, Order{
			Number: o["orderID"], CustomerCode: o["customerID"], SoldBy: employees[o["employeeID"]], PlacedOn: placed, RequiredOn: required,
			Carrier: carriers[o["shipVia"]], Freight: o["freight"], Lines: lines[o["orderID"]],
			Recipient: o["shipName"],
			ShipTo:    Address{Line1: o["shipAddress"], City: o["shipCity"], Region: o["shipRegion"], PostalCode: o["shipPostalCode"], Country: o["shipCountry"]},
		})
	}
	if err != nil {
		return Data{}, fmt.Errorf("read the Northwind sample: %w", err)
	}
	return d, nil
}

// day reads the date before a time of day, which is always midnight.
func day(text string) (time.Time, error) {
	date, _, _ := strings.Cut(text, " ")
	return time.Parse(time.DateOnly, date)
}

func decimals(texts ...string) error {
	for _, text := range texts {
		if _, ok := new(big.Rat).SetString(text); !ok {
			return fmt.Errorf("%q is not a number", text)
		}
	}
	return nil
}

// record is a row by column name. NULL columns are missing.
type record map[string]string

// readTable reads a CSV file by its header. Some rows do not quote an address with a comma and so have too many
// columns; it joins those columns again.
func readTable(path string) ([]record, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var records []record
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return records, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if extra := len(row) - len(header); extra > 0 {
			at := 4 // customers.csv: address
			if filepath.Base(path) == "orders.csv" {
				at = 9 // shipAddress
			}
			joined := append([]string{}, row[:at]...)
			joined = append(joined, strings.Join(row[at:at+extra+1], ","))
			row = append(joined, row[at+extra+1:]...)
		}
		if len(row) != len(header) {
			return nil, fmt.Errorf("%s: %d columns, want %d: %v", path, len(row), len(header), row)
		}
		m := record{}
		for i, name := range header {
			if row[i] != "NULL" {
				m[name] = row[i]
			}
		}
		records = append(records, m)
	}
}
