package config_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/orderdesk/orderdesk/pkg/config"
)

// The table, which the documentation shows, has exactly the variables that are read.
func TestVariablesAreWhatIsRead(t *testing.T) {
	var documented []string
	for _, v := range config.Variables() {
		require.NotEmpty(t, v.Meaning, v.Name)
		documented = append(documented, v.Name)
		if v.File {
			documented = append(documented, v.Name+"_FILE")
		}
	}
	read := map[string]bool{}
	_, err := config.Serve(func(name string) string {
		read[name] = true
		return with(environment{"JWT_PUBLIC_KEY_FILE": "read-it-too"})[name]
	})
	require.Error(t, err)
	for _, name := range documented {
		require.True(t, read[name], "%s is in the table, but nothing reads it", name)
	}
	for name := range read {
		require.True(t, slices.Contains(documented, name), "%s is read, but it is not in the table", name)
	}
	for name, command := range map[string]func(func(string) string){
		"token":   func(env func(string) string) { _, _ = config.Token(env) },
		"migrate": func(env func(string) string) { _, _ = config.Database(env) },
	} {
		command(func(variable string) string {
			require.Contains(t, documented, variable, name)
			return ""
		})
	}
}

func TestEverySecretMayComeFromAFile(t *testing.T) {
	for _, v := range config.Variables() {
		require.True(t, v.File || !v.Secret, v.Name)
	}
}
