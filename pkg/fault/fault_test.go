package fault_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// Every Code constant has exactly one complete entry: a code outside the catalogue would answer 500.
func TestCatalogueIsComplete(t *testing.T) {
	declared := map[fault.Code]bool{}
	for _, code := range constants(t) {
		declared[code] = true
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

// constants returns the codes by the names of their constants.
func constants(t *testing.T) map[string]fault.Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := map[string]fault.Code{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if lit, ok := spec.Values[0].(*ast.BasicLit); ok {
			code, _ := strconv.Unquote(lit.Value)
			declared[spec.Names[0].Name] = fault.Code(code)
		}
		return true
	})
	if len(declared) < 50 {
		t.Fatalf("found only %d codes in codes.go", len(declared))
	}
	return declared
}

// The service uses every code that it publishes, so that no client handles one that never comes.
func TestEveryCodeIsUsed(t *testing.T) {
	named := map[string]bool{}
	word := regexp.MustCompile(`\bfault\.([A-Z]\w*)`)
	for _, folder := range []string{"../../api", "../../cmd", "../../pkg"} {
		err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, found := range word.FindAllStringSubmatch(string(text), -1) {
				named[found[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, code := range constants(t) {
		if !named[name] {
			t.Errorf("%s is in the catalogue, but no code uses it", code)
		}
	}
}

// Merge drops exactly the faults of rules that read a member which could not be read.
func TestMerge(t *testing.T) {
	at := func(pointer string, related ...string) fault.Field {
		return fault.Field{Pointer: pointer, Code: fault.FieldInvalid, Related: related}
	}
	unknown := fault.Field{Pointer: "/lines/0/colour", Code: fault.FieldUnknown}
	for name, c := range map[string]struct {
		unreadable, rule fault.Field
		kept             bool
	}{
		"another member":             {at("/ship_date"), at("/customer_code"), true},
		"a name with the same start": {at("/lines/1"), at("/lines/10/sku"), true},
		"the same member":            {at("/lines/0/sku"), at("/lines/0/sku"), false},
		"a member inside it":         {at("/lines"), at("/lines/0/sku"), false},
		"a member around it":         {at("/lines/0/sku"), at("/lines"), false},
		"a related member":           {at("/customer_code"), at("/customer_id", "/customer_code"), false},
		"inside a related member":    {at("/lines/0/boxes"), at("/charges", "/lines"), false},
		"the whole body":             {at(""), at("/customer_id"), false},
		"an unknown member":          {unknown, at("/lines/0", "/lines/0/colour"), true},
	} {
		if got := fault.Merge([]fault.Field{c.unreadable}, []fault.Field{c.rule}); (len(got) == 2) != c.kept || got[0].Pointer != c.unreadable.Pointer {
			t.Errorf("%s: %+v", name, got)
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
	if fault.Of(nil) != nil || fault.InvalidBody(nil) != nil {
		t.Error("no fault became an error")
	}
	if got := len(fault.Of(fault.InvalidBody(make([]fault.Field, fault.MaxFields+1))).Fields); got != fault.MaxFields {
		t.Errorf("an answer lists %d faults", got)
	}
}
