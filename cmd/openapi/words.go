package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
)

// words is the comments of types and their fields. A package is read when the first of its types is needed.
type words struct {
	folder   func(pkg string) string // where a package lies
	packages map[string]map[string]typeWords
}

type typeWords struct {
	text   string            // the first paragraph of the comment, as a sentence without the type's name
	name   string            // the name in the document: what stands after @name behind the type
	fields map[string]string // by the field's name in Go
}

const module = "github.com/orderdesk/orderdesk"

// newWords returns the words of the packages of the module at root.
func newWords(root string) *words {
	return &words{packages: map[string]map[string]typeWords{}, folder: func(pkg string) string {
		return filepath.Join(root, strings.TrimPrefix(strings.TrimSuffix(pkg, "_test"), module))
	}}
}

func (w *words) of(t reflect.Type) (typeWords, error) {
	types, known := w.packages[t.PkgPath()]
	if !known {
		var err error
		if types, err = readWords(w.folder(t.PkgPath())); err != nil {
			return typeWords{}, fmt.Errorf("read the comments of %s: %w", t.PkgPath(), err)
		}
		w.packages[t.PkgPath()] = types
	}
	return types[t.Name()], nil
}

// field returns the comment of a field.
func (w *words) field(owner reflect.Type, name string) (string, error) {
	said, err := w.of(owner)
	if err == nil && said.fields[name] == "" {
		err = fmt.Errorf("%s.%s has no words: say above the field what it holds", owner, name)
	}
	return said.fields[name], err
}

func readWords(folder string) (map[string]typeWords, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	types := map[string]typeWords{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(folder, e.Name()), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			declared, ok := d.(*ast.GenDecl)
			if !ok || declared.Tok != token.TYPE {
				continue
			}
			for _, s := range declared.Specs {
				t := s.(*ast.TypeSpec) //nolint:errcheck // what a type declaration holds
				if body, ok := t.Type.(*ast.StructType); ok {
					types[t.Name.Name] = wordsOf(t, body, declared.Doc)
				}
			}
		}
	}
	return types, nil
}

func wordsOf(t *ast.TypeSpec, body *ast.StructType, above *ast.CommentGroup) typeWords {
	said := typeWords{fields: map[string]string{}}
	if t.Doc != nil {
		above = t.Doc
	}
	first, _, _ := strings.Cut(above.Text(), "\n\n")
	first = strings.TrimPrefix(strings.Join(strings.Fields(first), " "), t.Name.Name+" ")
	said.text = sentence(strings.TrimPrefix(first, "is "))
	if _, name, ok := strings.Cut(t.Comment.Text(), "@name "); ok {
		said.name = strings.TrimSpace(name)
	}
	for _, f := range body.Fields.List {
		text := f.Doc.Text()
		if text == "" {
			text = f.Comment.Text()
		}
		for _, name := range f.Names {
			said.fields[name.Name] = sentence(text)
		}
	}
	return said
}
