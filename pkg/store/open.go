package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// opener picks the database by its address.
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

// gormConfig makes of GORM a mapper and nothing more: no transactions of its own, no statement cache (pgx has one, and
// GORM's prepares anew in every transaction), no log.
func gormConfig() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		NamingStrategy:         naming{},
		Logger:                 logger.Discard,
		NowFunc:                func() time.Time { panic("store: times come from the caller") },
		DisableAutomaticPing:   true,
	}
}
