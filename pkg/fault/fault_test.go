package fault_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Every Code constant has exactly one complete entry: a code outside the catalogue would answer 500.
func TestCatalogueIsComplete(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := map[fault.Code]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if lit, ok := spec.Values[0].(*ast.BasicLit); ok {
			code, _ := strconv.Unquote(lit.Value)
			declared[fault.Code(code)] = true
		}
		return true
	})
	if len(declared) < 50 {
		t.Fatalf("found only %d codes in codes.go", len(declared))
	}
	entries := fault.Catalogue()
	if len(entries) != len(declared) {
		t.Errorf("%d codes are declared, %d have an entry", len(declared), len(entries))
	}
	name := regexp.MustCompile(`^[a-z]+(_[a-z]+)+$`)
	for _, e := range entries {
		if !declared[e.Code] {
			t.Errorf("%s has an entry and no constant", e.Code)
		}
		if !name.MatchString(string(e.Code)) || e.Title == "" || e.Cause == "" || e.Fix == "" {
			t.Errorf("%s is incomplete: %+v", e.Code, e)
		}
		if e.Kind == fault.Internal && e.Code != fault.InternalError {
			t.Errorf("%s has no kind", e.Code)
		}
	}
}

func TestOfKeepsAFaultAndHidesTheRest(t *testing.T) {
	stale := fault.New(fault.OrderChanged, "order %s changed", "W1").With("current_version", 3)
	if got := fault.Of(fmt.Errorf("save: %w", stale)); got != stale || got.Kind() != fault.Stale {
		t.Errorf("Of = %v", got)
	}
	secret := errors.New("pq: password is hunter2")
	got := fault.Of(secret)
	if got.Kind() != fault.Internal || regexp.MustCompile("hunter2").MatchString(got.Detail) || !errors.Is(got, secret) {
		t.Errorf("Of(internal) = %+v", got)
	}
	if fault.Of(nil) != nil || fault.Content(nil) != nil {
		t.Error("no error became one")
	}
}
