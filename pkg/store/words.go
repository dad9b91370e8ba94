package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/order"
	"github.com/orderdesk/orderdesk/pkg/store/keyset"
	"gorm.io/gorm"
)

// orderWord is a row of the inverted index of the words of orders (see order.SearchWords).
type orderWord struct {
	CompanyID string
	Word      string
	OrderID   string
}

// setWords sets the words of an order that is about to be saved. It returns the rows of the index that are new, and the words
// that the order no longer has. There are none if the words stay.
func setWords(o *order.Order) (added []orderWord, removed []string) {
	was := o.Words
	if o.Words = o.SearchWords(); o.Words == was {
		return nil, nil
	}
	had, has := strings.Fields(was), strings.Fields(o.Words)
	for _, word := range has {
		if _, known := slices.BinarySearch(had, word); !known {
			added = append(added, orderWord{o.CompanyID, word, o.ID})
		}
	}
	for _, word := range had {
		if _, kept := slices.BinarySearch(has, word); !kept {
			removed = append(removed, word)
		}
	}
	return added, removed
}

// setAllWords is setWords for several new orders.
func setAllWords(orders []order.Order) []orderWord {
	var all []orderWord
	for i := range orders {
		orders[i].Words = ""
		added, _ := setWords(&orders[i])
		all = append(all, added...)
	}
	return all
}

// removeWords queues the removal of words from the index.
func (tx *Tx) removeWords(orderID string, words []string) {
	if len(words) > 0 {
		among, args := keyset.Condition("word", keyset.Texts(words))
		tx.later(statement{sql: "DELETE FROM order_words WHERE company_id = ? AND order_id = ? AND " + among, args: append([]any{tx.company, orderID}, args...)})
	}
}

// wordsOf is an element of the JSON array that rowsEncoding.updateWords takes.
type wordsOf struct {
	CompanyID string `json:"company_id"`
	ID        string `json:"id"`
	Words     string `json:"words"`
}

// renewWords computes the words of every order and the index again. It reads a thousand orders at a time, because there may be
// millions.
func (s *Store) renewWords(ctx context.Context, tx *sql.Tx) error {
	db := s.write.Session(&gorm.Session{NewDB: true, Context: ctx})
	db.Statement.ConnPool = tx
	if err := db.Exec("DELETE FROM order_words").Error; err != nil {
		return err
	}
	index := s.tables.of(&orderWord{})
	for last := [2]string{firstID, firstID}; ; {
		var orders []order.Order
		err := db.Raw(`SELECT company_id, id, number, customer_code, customer_name, po_number, external_reference, invoice_number, carrier
			FROM orders WHERE (company_id, id) > (?, ?) ORDER BY company_id, id LIMIT 1000`, last[0], last[1]).Scan(&orders).Error
		if err != nil || len(orders) == 0 {
			return err
		}
		from := last
		last = [2]string{orders[len(orders)-1].CompanyID, orders[len(orders)-1].ID}
		var lines []order.Line
		err = db.Raw("SELECT DISTINCT company_id, order_id, sku FROM order_lines WHERE (company_id, order_id) > (?, ?) AND (company_id, order_id) <= (?, ?)",
			from[0], from[1], last[0], last[1]).Scan(&lines).Error
		if err != nil {
			return err
		}
		at := make(map[string]*order.Order, len(orders))
		for i := range orders {
			at[orders[i].CompanyID+orders[i].ID] = &orders[i]
		}
		for _, l := range lines {
			if o := at[l.CompanyID+l.OrderID]; o != nil {
				o.Lines = append(o.Lines, l)
			}
		}
		added := setAllWords(orders)
		updates := make([]wordsOf, len(orders))
		for i, o := range orders {
			updates[i] = wordsOf{o.CompanyID, o.ID, o.Words}
		}
		array, err := json.Marshal(updates)
		if err != nil {
			return err
		}
		if err := db.Exec(s.rows.updateWords, string(array)).Error; err != nil {
			return fmt.Errorf("words of orders: %w", err)
		}
		rows, err := encodeRows(s.rows, index, added)
		if err != nil {
			return err
		}
		if err := db.Exec(s.rows.insert(index), rows...).Error; err != nil {
			return fmt.Errorf("index of words: %w", err)
		}
	}
}
