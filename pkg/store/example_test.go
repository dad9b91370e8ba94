package store_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/company"
	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/orderdesk/orderdesk/pkg/store/storetest"
)

// InTx commits what its function has queued and returns the function's result. If the function returns an error, nothing
// is written.
func ExampleInTx() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "orderdesk")
	if err != nil {
		log.Panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := store.Open(ctx, "sqlite:"+filepath.Join(dir, "orderdesk.db"), store.Options{})
	if err != nil {
		log.Panic(err)
	}
	defer s.Close()
	if _, err := s.Migrate(ctx); err != nil {
		log.Panic(err)
	}
	seller := company.Company{ID: uuid.NewString(), Name: "Rosefields", Currency: "USD", Settings: company.Defaults(),
		Version: 1, CreatedAt: storetest.Noon, UpdatedAt: storetest.Noon}
	if err := s.System().AddCompany(ctx, seller); err != nil {
		log.Panic(err)
	}
	tenant := s.For(seller.ID)

	code, err := store.InTx(ctx, tenant, func(tx *store.Tx) (string, error) {
		c := exampleCustomer(seller.ID, "BLOOM")
		return c.Code, tx.CreateCustomer(c)
	})
	fmt.Println("committed:", code, err)

	code, err = store.InTx(ctx, tenant, func(tx *store.Tx) (string, error) {
		c := exampleCustomer(seller.ID, "PETAL")
		if err := tx.CreateCustomer(c); err != nil {
			return "", err
		}
		return c.Code, errors.New("the credit check failed")
	})
	fmt.Printf("rolled back: %q %v\n", code, err)

	page, err := tenant.Customers(ctx, store.CustomerFilter{})
	if err != nil {
		log.Panic(err)
	}
	for _, c := range page.Rows {
		fmt.Println("stored:", c.Code)
	}
	// Output:
	// committed: BLOOM <nil>
	// rolled back: "" the credit check failed
	// stored: BLOOM
}

func exampleCustomer(companyID, code string) company.Customer {
	return company.Customer{CompanyID: companyID, ID: uuid.NewString(), Code: code, Name: code, TermsLabel: "Net 30", TermsDays: 30, Autoconfirm: company.Inherit,
		Version: 1, CreatedAt: storetest.Noon, UpdatedAt: storetest.Noon}
}
