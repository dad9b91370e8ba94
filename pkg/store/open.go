package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// opener selects the database by its address.
func opener(address string) (open func(context.Context, string, Options) (*Store, error), rest string, err error) {
	switch scheme, path, _ := strings.Cut(address, ":"); scheme {
	case "postgres", "postgresql":
		return openPostgres, address, nil
	case "sqlite":
		if path = strings.TrimPrefix(path, "//"); path != "" {
			return openSQLite, path, nil
		}
	}
	return nil, "", fmt.Errorf("DATABASE_URL must be postgres://… or sqlite:PATH")
}

// gormConfig limits GORM to mapping. It starts no transactions, caches no statements (pgx does, and GORM would prepare
// them again in every transaction), and logs nothing.
func gormConfig() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		QueryFields:            true, // names columns instead of *, like columns.go
		NamingStrategy:         naming{},
		Logger:                 logger.Discard,
		NowFunc:                func() time.Time { panic("store: times must come from the caller") },
		DisableAutomaticPing:   true,
	}
}
