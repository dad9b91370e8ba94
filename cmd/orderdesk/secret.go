package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/orderdesk/orderdesk/pkg/auth"
	"github.com/orderdesk/orderdesk/pkg/config"
	"github.com/orderdesk/orderdesk/pkg/webhook"
)

// secretLabel begins every secret of a demo, so that nobody uses it in production.
const secretLabel = "development secret, never for production: "

// keepWebhookKey returns the key from which the demo in this directory derives the secrets of webhook endpoints. It is created once.
func keepWebhookKey(data string) (webhook.Keys, error) {
	path := filepath.Join(data, "webhook-key")
	text, err := os.ReadFile(path) //nolint:gosec // in the demo's own directory
	if errors.Is(err, fs.ErrNotExist) {
		var random [32]byte
		if _, err := rand.Read(random[:]); err != nil {
			return webhook.Keys{}, fmt.Errorf("create the key of webhooks: %w", err)
		}
		text = []byte(hex.EncodeToString(random[:]) + "\n")
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		return webhook.Keys{}, fmt.Errorf("keep the key of webhooks: %w", err)
	}
	keys, err := webhook.ParseKeys(strings.TrimSpace(string(text)))
	if err != nil {
		return webhook.Keys{}, fmt.Errorf("%s %w: delete it, and the next demo creates one", path, err)
	}
	return keys, nil
}

// keepSecret returns the secret that the demo in this directory signs tokens with. It is created once, so that tokens
// survive a restart, and it is random, so that tokens of other demos are refused.
func keepSecret(data string) (config.Secret, error) {
	secret, err := readSecret(data)
	if !errors.Is(err, fs.ErrNotExist) {
		return secret, err
	}
	var random [24]byte
	if _, err := rand.Read(random[:]); err != nil {
		return "", fmt.Errorf("create the development secret: %w", err)
	}
	if err := os.WriteFile(secretPath(data), []byte(secretLabel+hex.EncodeToString(random[:])+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the development secret: %w", err)
	}
	return readSecret(data)
}

func readSecret(data string) (config.Secret, error) {
	text, err := os.ReadFile(secretPath(data))
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(text))
	if !strings.HasPrefix(secret, secretLabel) || len(secret) < len(secretLabel)+auth.MinSecretBytes {
		return "", fmt.Errorf("%s has no secret of a demo: delete it, and the next demo creates one", secretPath(data))
	}
	return config.Secret(secret), nil
}

func secretPath(data string) string { return filepath.Join(data, "development-secret") }
