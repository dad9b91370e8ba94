package guides

import (
	"fmt"
	"os"
	"testing"
)

// The tests run in the folder of the guides.
func TestMain(m *testing.M) {
	if err := os.Chdir("../../../docs"); err != nil {
		fmt.Fprintln(os.Stderr, "guides:", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
