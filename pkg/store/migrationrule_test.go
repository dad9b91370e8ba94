package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// firstRuled is the first migration that must work beside the version before it. Earlier ones are released.
const firstRuled = 32

// large are the tables that grow with the orders. A lock on one of them must not last as long as reading it.
var large = []string{"orders", "order_lines", "order_words", "events", "emails", "payments", "invoices", "credit_notes", "checkouts", "customers", "customer_emails", "idempotency_keys", "river_job"}

var (
	created   = regexp.MustCompile(`^create table (?:if not exists )?(\w+)`)
	altered   = regexp.MustCompile(`^alter table (?:if exists )?(?:only )?(\w+) (.*)$`)
	indexed   = regexp.MustCompile(`^create (unique )?index (concurrently )?(?:if not exists )?(\w+) on (?:only )?(\w+)`)
	updated   = regexp.MustCompile(`^(?:update|delete from) (\w+)`)
	supported = regexp.MustCompile(`^update schema_support set oldest_program = (\d+)`)
	goose     = regexp.MustCompile(`^-- \+goose (\w+.*)$`)
)

// wayUp returns the statements of a migration's way up, in lower case and without comments, and whether they share a transaction.
func wayUp(text string) (statements []string, transaction bool) {
	transaction = true
	up, block := false, false
	current := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if mark := goose.FindStringSubmatch(line); mark != nil {
			switch mark[1] {
			case "Up":
				up = true
			case "Down":
				return statements, transaction
			case "NO TRANSACTION":
				transaction = false
			case "StatementBegin":
				block = true
			case "StatementEnd":
				block = false
				statements, current = append(statements, strings.ToLower(strings.TrimSpace(current))), ""
			}
			continue
		}
		line, _, _ = strings.Cut(line, "--")
		if !up || strings.TrimSpace(line) == "" {
			continue
		}
		current += strings.Join(strings.Fields(line), " ") + " "
		if !block && strings.HasSuffix(strings.TrimSpace(line), ";") {
			statements, current = append(statements, strings.ToLower(strings.TrimSuffix(strings.TrimSpace(current), ";"))), ""
		}
	}
	return statements, transaction
}

// breaks returns what is wrong with a migration: what the version before could not work beside, or what holds requests up.
func breaks(number int, database, text string) (faults []string) {
	statements, transaction := wayUp(text)
	fresh := map[string]bool{}   // tables that no older program knows
	rebuilt := map[string]bool{} // SQLite's way to alter a table: a new one takes the name
	contracts := 0
	for _, s := range statements {
		if m := altered.FindStringSubmatch(s); m != nil && database == "sqlite" && fresh[m[1]] {
			if name, renamed := strings.CutPrefix(m[2], "rename to "); renamed {
				rebuilt[name] = true
			}
		}
		if m := created.FindStringSubmatch(s); m != nil {
			fresh[m[1]] = true
		}
		if m := supported.FindStringSubmatch(s); m != nil {
			contracts, _ = strconv.Atoi(m[1])
		}
	}
	if contracts >= number {
		faults = append(faults, fmt.Sprintf("oldest_program = %d: no program that is released knows that step. Name the step from which on programs no longer use what is taken away", contracts))
	}
	fault := func(s, format string, args ...any) {
		faults = append(faults, fmt.Sprintf(format, args...)+": "+s)
	}
	takes := func(s, what string) {
		if contracts == 0 {
			fault(s, "%s takes something away from an older program. Stop using it in one release; in a later one set schema_support.oldest_program to that release's last step, and take it away", what)
		}
	}
	for i, s := range statements {
		switch m := altered.FindStringSubmatch(s); {
		case m != nil && !fresh[m[1]]:
			for part := range strings.SplitSeq(m[2], ", ") {
				alteration(part, m[1], database, func(what string) { takes(s, what) }, func(format string, args ...any) { fault(s, format, args...) })
			}
		case strings.HasPrefix(s, "drop table") && !rebuilt[strings.Fields(s)[len(strings.Fields(s))-1]]:
			takes(s, "DROP TABLE")
		}
		if m := indexed.FindStringSubmatch(s); m != nil && !fresh[m[4]] {
			if m[1] != "" {
				takes(s, "a unique index")
			}
			if database == "postgres" && slices.Contains(large, m[4]) {
				switch {
				case m[2] == "" || transaction:
					fault(s, "it locks out every write for as long as it takes. Write -- +goose NO TRANSACTION and CREATE INDEX CONCURRENTLY")
				case i < 2 || statements[i-1] != "drop index concurrently if exists "+m[3] || !slices.Contains(statements[:i], "set lock_timeout = 0") || statements[len(statements)-1] != "reset lock_timeout":
					fault(s, "what waits for a lock leaves an invalid index. Write SET lock_timeout = 0; DROP INDEX CONCURRENTLY IF EXISTS %s; before it, and RESET lock_timeout; at the end", m[3])
				}
			}
		}
		if m := updated.FindStringSubmatch(s); m != nil && slices.Contains(large, m[1]) {
			fault(s, "it locks all rows until it ends. Give the column a default, and let the program fill it where it writes")
		}
	}
	return faults
}

// alteration judges one part of ALTER TABLE.
func alteration(part, table, database string, takes func(string), fault func(string, ...any)) {
	has := func(words string) bool { return strings.Contains(part, words) }
	switch {
	case strings.HasPrefix(part, "drop constraint"):
	case strings.HasPrefix(part, "drop "):
		takes("DROP COLUMN")
	case strings.HasPrefix(part, "rename "):
		takes("RENAME")
	case strings.HasPrefix(part, "alter ") && (has(" type ") || has("set data type")):
		takes("ALTER TYPE")
	case strings.HasPrefix(part, "alter ") && (has("set not null") || has("drop default")):
		takes("NOT NULL without a default")
	case strings.HasPrefix(part, "add constraint"), strings.HasPrefix(part, "add check"), strings.HasPrefix(part, "add unique"), strings.HasPrefix(part, "add primary"), strings.HasPrefix(part, "add foreign"):
		switch {
		case has("unique") || has("primary key"):
			takes("a unique constraint")
		case !has("not valid"):
			takes("a constraint")
			if database == "postgres" {
				fault("it reads the table under a lock. Add the constraint NOT VALID, and in a later step VALIDATE CONSTRAINT")
			}
		}
	case strings.HasPrefix(part, "add "):
		if has("not null") && !has("default") && !has("generated") {
			fault("an older program writes no value of it. Give it a DEFAULT")
		}
		if has("unique") || has("primary key") {
			takes("a unique column")
		}
		if database == "postgres" && slices.Contains(large, table) && (has(" check ") || has("stored") || has("gen_random") || has("clock_timestamp") || has("nextval")) {
			fault("it reads or rewrites the table under a lock. Add the column with a constant default, and the constraint NOT VALID")
		}
	}
}

// Each migration from now on works beside the version before it, and holds requests up only for moments.
func TestMigrationsWorkBesideTheVersionBefore(t *testing.T) {
	for _, database := range []string{"postgres", "sqlite"} {
		files, err := filepath.Glob("migrations/" + database + "/*.sql")
		require.NoError(t, err)
		seen := 0
		for _, file := range files {
			number, err := strconv.Atoi(filepath.Base(file)[:5])
			require.NoError(t, err)
			if number < firstRuled {
				continue
			}
			seen++
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, fault := range breaks(number, database, string(text)) {
				t.Errorf("%s: %s (CONTRIBUTING.md, Migrations)", file, fault)
			}
		}
		require.Positive(t, seen)
	}
}

func TestMigrationRules(t *testing.T) {
	concurrently := "-- +goose NO TRANSACTION\n-- +goose Up\nSET lock_timeout = 0;\nDROP INDEX CONCURRENTLY IF EXISTS i;\nCREATE INDEX CONCURRENTLY i ON orders (a);\nRESET lock_timeout;\n-- +goose Down\nDROP INDEX i;"
	for text, faults := range map[string]int{
		"CREATE TABLE a (id integer NOT NULL);\nCREATE UNIQUE INDEX i ON a (id);\nALTER TABLE a ADD CONSTRAINT c CHECK (id > 0);": 0,
		"ALTER TABLE orders ADD COLUMN a text NOT NULL DEFAULT '', ADD COLUMN b bigint;":                                          0,
		"ALTER TABLE orders ADD CONSTRAINT c CHECK (a <> '') NOT VALID;":                                                          0,
		"ALTER TABLE orders VALIDATE CONSTRAINT c;":                                                                               0,
		"ALTER TABLE companies ADD COLUMN a text NOT NULL DEFAULT 'x' CHECK (a IN ('x', 'y'));":                                   0,
		"CREATE INDEX i ON companies (a);":                                                                                        0,
		"ALTER TABLE orders ADD COLUMN a text NOT NULL;":                                                                          1,
		"ALTER TABLE orders\n    DROP COLUMN a;":                                                                                  1,
		"ALTER TABLE orders RENAME COLUMN a TO b;":                                                                                1,
		"ALTER TABLE orders RENAME TO documents;":                                                                                 1,
		"DROP TABLE logos;": 1,
		"ALTER TABLE orders ALTER COLUMN a TYPE bigint;":                             1,
		"ALTER TABLE orders ALTER COLUMN a SET NOT NULL;":                            1,
		"ALTER TABLE orders ALTER COLUMN a DROP DEFAULT;":                            1,
		"ALTER TABLE companies ADD CONSTRAINT c UNIQUE (a);":                         1,
		"ALTER TABLE orders ADD CONSTRAINT c CHECK (a <> '');":                       2,
		"CREATE UNIQUE INDEX i ON companies (a);":                                    1,
		"CREATE INDEX i ON orders (a);":                                              1,
		"CREATE INDEX CONCURRENTLY i ON orders (a);":                                 1, // in a transaction
		"UPDATE orders SET a = 1;":                                                   1,
		"ALTER TABLE orders ADD COLUMN a text NOT NULL DEFAULT '' CHECK (a <> 'x');": 1,
		"UPDATE schema_support SET oldest_program = 39;\nALTER TABLE orders DROP COLUMN a;\nALTER TABLE orders RENAME COLUMN b TO c;": 0,
		"UPDATE schema_support SET oldest_program = 40;\nALTER TABLE orders DROP COLUMN a;":                                           1,
	} {
		assert.Len(t, breaks(40, "postgres", "-- +goose Up\n"+text+"\n-- +goose Down\nDROP TABLE orders;"), faults, text)
	}
	rebuild := "-- +goose Up\nCREATE TABLE new (a text);\nDROP TABLE orders;\nALTER TABLE new RENAME TO orders;\n"
	assert.Empty(t, breaks(40, "sqlite", rebuild))
	assert.Len(t, breaks(40, "postgres", rebuild), 1)
	assert.Empty(t, breaks(40, "postgres", concurrently))
	for _, line := range []string{"SET lock_timeout = 0;\n", "DROP INDEX CONCURRENTLY IF EXISTS i;\n", "RESET lock_timeout;\n", "-- +goose NO TRANSACTION\n"} {
		assert.Len(t, breaks(40, "postgres", strings.Replace(concurrently, line, "", 1)), 1, line)
	}
}
