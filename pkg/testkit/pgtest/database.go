package pgtest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// The server and the cluster belong to the test process, because all tests of a package share them.
var (
	processURL = sync.OnceValues(func() (string, error) {
		if url := os.Getenv("TEST_DATABASE_URL"); url != "" {
			return url, nil
		}
		s, err := Start(context.Background(), slog.New(slog.DiscardHandler))
		if err != nil {
			return "", err
		}
		return s.URL, nil // it stops with this process
	})
	processCluster = sync.OnceValues(func() (*cluster, error) {
		url, err := processURL()
		if err != nil {
			return nil, err
		}
		return openCluster(context.Background(), url)
	})
)

// URL returns the URL of the tests' PostgreSQL server: TEST_DATABASE_URL, or a server that starts once in this test
// process and ends with it. Most tests need [Database]; URL is for tests of the server itself. Without a server the
// test fails; only [Need] skips it.
func URL(t testing.TB) string {
	t.Helper()
	Need(t)
	url, err := processURL()
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// OwnServer gives this test process a server of its own, which starts when the first test needs it. TestMain calls it for tests of the
// events feed: a write transaction in any database of a server holds the feeds of all its databases back. A machine without server
// programs keeps the server of TEST_DATABASE_URL.
func OwnServer() {
	if _, err := findBinaries(context.Background(), os.Getenv, installDirs); err == nil {
		_ = os.Unsetenv("TEST_DATABASE_URL") // it fails for names that no environment can have
	}
}

// Database creates a database for this test and returns its URL. The database is dropped after the test, even with open
// connections. It is a copy of a template that prepare made once for this test process. The function name of prepare
// identifies the template, so a function of one name must always do the same. prepare must close its connections,
// because a database in use cannot be copied. A nil prepare means an empty database.
func Database(t testing.TB, prepare func(url string) error) string {
	t.Helper()
	Need(t)
	c, err := processCluster()
	if err != nil {
		t.Fatal(err)
	}
	return c.databaseFor(t, prepare)
}

func (c *cluster) databaseFor(t testing.TB, prepare func(url string) error) string {
	t.Helper()
	ctx := context.Background() // not the test's context, which has ended when the database is dropped
	template, err := c.template(ctx, prepare)
	if err != nil {
		t.Fatal(err)
	}
	name, err := c.create(ctx, template)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.drop(ctx, name); err != nil {
			t.Error(err)
		}
	})
	return c.urlOf(name)
}

// template returns the name of the database that prepare made; it calls prepare only the first time.
func (c *cluster) template(ctx context.Context, prepare func(url string) error) (string, error) {
	if prepare == nil {
		return "template0", nil
	}
	key := runtime.FuncForPC(reflect.ValueOf(prepare).Pointer()).Name()
	c.mu.Lock()
	ready, ok := c.templates[key]
	if !ok {
		ready = sync.OnceValues(func() (string, error) { return c.prepared(ctx, key, prepare) })
		c.templates[key] = ready
	}
	c.mu.Unlock()
	return ready()
}

func (c *cluster) prepared(ctx context.Context, key string, prepare func(url string) error) (string, error) {
	name, err := c.create(ctx, "template0")
	if err != nil {
		return "", err
	}
	if err := prepare(c.urlOf(name)); err != nil {
		return "", fmt.Errorf("prepare the template database with %s: %w", key, err)
	}
	return name, nil
}

func (c *cluster) create(ctx context.Context, template string) (string, error) {
	name := fmt.Sprintf("%s%s_%d", namePrefix, c.owner, c.serial.Add(1))
	err := c.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template)
	return name, err
}

func (c *cluster) drop(ctx context.Context, name string) error {
	return c.exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
}

func (c *cluster) exec(ctx context.Context, sql string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.url.String())
	if err != nil {
		return fmt.Errorf("connect to the test server: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}

func (c *cluster) urlOf(name string) string {
	u := c.url
	u.Path = "/" + name
	return u.String()
}
