package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// binaries is a directory with the programs of a PostgreSQL server.
type binaries struct{ dir string }

func (b binaries) initdb() string   { return filepath.Join(b.dir, "initdb") }
func (b binaries) postgres() string { return filepath.Join(b.dir, "postgres") }

func (b binaries) complete() bool {
	_, initdbErr := exec.LookPath(b.initdb())
	_, postgresErr := exec.LookPath(b.postgres())
	return initdbErr == nil && postgresErr == nil
}

// installDirs are the directories in which packages of Debian, Red Hat and Homebrew install the server's programs
// without adding them to PATH.
var installDirs = []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin"}

// Program returns the path of another of PostgreSQL's programs, such as pg_dump: beside those of the server, or in PATH.
func Program(ctx context.Context, name string) (string, error) {
	bin, err := findBinaries(ctx, os.Getenv, installDirs)
	if err != nil {
		return "", err
	}
	if path, err := bin.program(name); err == nil {
		return path, nil
	}
	return exec.LookPath(name)
}

// program returns the path of another of PostgreSQL's programs, which must be of the same version as the server.
func (b binaries) program(name string) (string, error) {
	if path, err := exec.LookPath(filepath.Join(b.dir, name)); err == nil {
		return path, nil
	}
	home, err := filepath.EvalSymlinks(b.postgres()) // a link in PATH leads to where the others are
	if err != nil {
		return "", err
	}
	return exec.LookPath(filepath.Join(filepath.Dir(home), name))
}

var errNoBinaries = errors.New("no PostgreSQL server binaries found: install PostgreSQL 14 or newer " +
	"(Debian: apt-get install postgresql), point PG_BINDIR at its bin directory, " +
	"or set TEST_DATABASE_URL to a server whose user may create databases")

// findBinaries searches PG_BINDIR, PATH, the directory that pg_config names, and the directories that the patterns
// match, the highest version first. If PG_BINDIR is set, it must be right.
func findBinaries(ctx context.Context, getenv func(string) string, patterns []string) (binaries, error) {
	if dir := getenv("PG_BINDIR"); dir != "" {
		if b := (binaries{dir}); b.complete() {
			return b, nil
		}
		return binaries{}, fmt.Errorf("PG_BINDIR is %s, which does not have initdb and postgres", dir)
	}
	for _, dir := range candidates(ctx, patterns) {
		if b := (binaries{dir}); b.complete() {
			return b, nil
		}
	}
	return binaries{}, errNoBinaries
}

func candidates(ctx context.Context, patterns []string) []string {
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(path))
	}
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	var installed []string
	for _, pattern := range patterns {
		matches, err := filepath.Glob(pattern)
		if err != nil {
			panic(err) // a malformed pattern is a defect, because the patterns are constants
		}
		installed = append(installed, matches...)
	}
	slices.SortStableFunc(installed, func(a, b string) int { return majorVersion(b) - majorVersion(a) })
	return append(dirs, installed...)
}

var lastNumber = regexp.MustCompile(`(\d+)\D*$`)

// majorVersion is the last number in the path, or 0. Versions are compared as numbers, because as text 9 would come
// after 16.
func majorVersion(dir string) int {
	found := lastNumber.FindStringSubmatch(dir)
	if found == nil {
		return 0
	}
	v, err := strconv.Atoi(found[1])
	if err != nil {
		return 0
	}
	return v
}
