// Command supply says what the program is built from: the modules that are linked into it, each with its licence and the hash by
// which go.sum pins it. It needs only Go and the module cache.
//
//	go run ./pkg/testkit/supply licences    a table of modules and licences; fails on a licence that is not permitted
//	go run ./pkg/testkit/supply sbom        the software bill of materials, as CycloneDX 1.6 JSON
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/orderdesk/orderdesk/pkg/version"
)

// program is the package that is delivered, with the build tags of the Dockerfile.
var program = []string{"-tags", "timetzdata", "./cmd/orderdesk"}

// permitted is the licences under which the program may contain a module. All of them permit closed products, if the licence's text
// comes with them.
var permitted = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0"}

// module is one module of the program.
type module struct {
	Path, Version, Dir string
	Sum                string // of go.sum: h1: and the SHA-256 of its files
	Main               bool
	Replace            *module
	Licence            string // its SPDX identifier, or empty
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) != 1 || args[0] != "licences" && args[0] != "sbom" {
		return errors.New("usage: supply licences|sbom")
	}
	modules, err := linked()
	if err != nil {
		return err
	}
	if args[0] == "sbom" {
		return writeSBOM(out, modules)
	}
	return writeLicences(out, modules)
}

// linked returns the modules with a package that is linked into the program, sorted by path.
func linked() ([]module, error) {
	list := exec.Command("go", append([]string{"list", "-deps", "-json=Module"}, program...)...)
	list.Stderr = os.Stderr
	raw, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("list the modules: %w", err)
	}
	byPath := map[string]module{}
	for decoder := json.NewDecoder(bytes.NewReader(raw)); ; {
		var p struct{ Module *module } // nil: a package of Go itself
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("read the modules: %w", err)
		}
		if p.Module == nil || p.Module.Main {
			continue
		}
		m := *p.Module
		if m.Replace != nil {
			m.Version, m.Dir, m.Sum = m.Replace.Version, m.Replace.Dir, m.Replace.Sum
		}
		byPath[m.Path] = m
	}
	modules := make([]module, 0, len(byPath))
	for _, m := range byPath {
		if m.Licence, err = licenceOf(m.Dir); err != nil {
			return nil, err
		}
		modules = append(modules, m)
	}
	slices.SortFunc(modules, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return modules, nil
}

// licenceOf returns the SPDX identifier of the licence in the module's folder, or an empty text if none is known.
func licenceOf(dir string) (string, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("read the module: %w", err)
	}
	for _, f := range files {
		name := strings.ToUpper(f.Name())
		if f.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return "", fmt.Errorf("read the licence: %w", err)
		}
		if id := identify(string(raw)); id != "" {
			return id, nil
		}
	}
	return "", nil
}

// identify recognises a licence by sentences that only its text has.
func identify(text string) string {
	text = strings.Join(strings.Fields(strings.ToLower(text)), " ")
	has := func(sentence string) bool { return strings.Contains(text, sentence) }
	switch {
	case has("gnu general public license"), has("gnu lesser general public license"), has("gnu affero general public license"):
		if has("mozilla public license, version 2.0") || has("mozilla public license version 2.0") { // which names them as secondary licences
			return "MPL-2.0"
		}
		return "GPL"
	case has("apache license version 2.0"), has("apache license, version 2.0"):
		return "Apache-2.0"
	case has("mozilla public license version 2.0"), has("mozilla public license, version 2.0"):
		return "MPL-2.0"
	case has("permission is hereby granted, free of charge, to any person obtaining a copy"):
		return "MIT"
	case has("permission to use, copy, modify, and/or distribute this software for any purpose"), has("permission to use, copy, modify, and distribute this software for any purpose"):
		return "ISC"
	case has("redistribution and use in source and binary forms"):
		if has("neither the name") || has("may be used to endorse or promote") {
			return "BSD-3-Clause"
		}
		return "BSD-2-Clause"
	}
	return ""
}

func writeLicences(out io.Writer, modules []module) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	counts := map[string]int{}
	var refused []string
	for _, m := range modules {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", m.Path, m.Version, m.Licence)
		counts[m.Licence]++
		if !slices.Contains(permitted, m.Licence) {
			refused = append(refused, fmt.Sprintf("%s has the licence %q", m.Path, m.Licence))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, licence := range permitted {
		if counts[licence] > 0 {
			_, _ = fmt.Fprintf(out, "%d modules: %s\n", counts[licence], licence)
		}
	}
	if len(refused) > 0 {
		return fmt.Errorf("these licences are not permitted: %s", strings.Join(refused, "; "))
	}
	return nil
}

// The parts of CycloneDX 1.6 that describe a program and its modules.
type (
	bom struct {
		Format       string       `json:"bomFormat"`
		SpecVersion  string       `json:"specVersion"`
		SerialNumber string       `json:"serialNumber"`
		Version      int          `json:"version"`
		Metadata     metadata     `json:"metadata"`
		Components   []component  `json:"components"`
		Dependencies []dependency `json:"dependencies"`
	}
	metadata struct {
		Component component `json:"component"`
	}
	component struct {
		Type     string    `json:"type"`
		Ref      string    `json:"bom-ref"`
		Name     string    `json:"name"`
		Version  string    `json:"version"`
		Scope    string    `json:"scope,omitempty"`
		PURL     string    `json:"purl,omitempty"`
		Hashes   []hash    `json:"hashes,omitempty"`
		Licences []licence `json:"licenses,omitempty"`
	}
	hash struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	}
	licence struct {
		License struct {
			ID string `json:"id"`
		} `json:"license"`
	}
	dependency struct {
		Ref       string   `json:"ref"`
		DependsOn []string `json:"dependsOn"`
	}
)

// writeSBOM writes the same bytes for the same modules, so that two bills can be compared.
func writeSBOM(out io.Writer, modules []module) error {
	const self = "github.com/orderdesk/orderdesk/cmd/orderdesk"
	b := bom{Format: "CycloneDX", SpecVersion: "1.6", Version: 1,
		Metadata:     metadata{component{Type: "application", Ref: self, Name: "orderdesk", Version: version.API}},
		Dependencies: []dependency{{Ref: self}}}
	digest := sha256.New()
	for _, m := range modules {
		purl := "pkg:golang/" + m.Path + "@" + m.Version
		c := component{Type: "library", Ref: purl, Name: m.Path, Version: m.Version, Scope: "required", PURL: purl, Licences: make([]licence, 1)}
		c.Licences[0].License.ID = m.Licence
		if sum, ok := strings.CutPrefix(m.Sum, "h1:"); ok {
			raw, err := base64.StdEncoding.DecodeString(sum)
			if err != nil {
				return fmt.Errorf("read the hash of %s: %w", m.Path, err)
			}
			c.Hashes = []hash{{"SHA-256", hex.EncodeToString(raw)}}
		}
		b.Components = append(b.Components, c)
		b.Dependencies[0].DependsOn = append(b.Dependencies[0].DependsOn, purl)
		_, _ = fmt.Fprintln(digest, purl, m.Sum)
	}
	id := digest.Sum(nil)
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUID of version 8, made from the content
	b.SerialNumber = fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[0:4], id[4:6], id[6:8], id[8:10], id[10:16])
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(b)
}
