package guides

import (
	"fmt"
	"os"
	"testing"
)

// The tests stand where the guides lie.
func TestMain(m *testing.M) {
	if err := os.Chdir("../../../docs"); err != nil {
		fmt.Fprintln(os.Stderr, "guides:", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
