package fuzz_test

import (
	"flag"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/google/uuid"
	"github.com/orderdesk/orderdesk/pkg/testkit/apitest"
	"github.com/orderdesk/orderdesk/pkg/testkit/contract/fuzz"
	"github.com/orderdesk/orderdesk/pkg/testkit/servicetest"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// fuzzed is the world that the fuzzer uses.
func fuzzed(w *apitest.World) fuzz.World {
	return fuzz.World{CustomerCode: "BLOOM", IDs: map[string][]string{
		"orders": slices.Sorted(maps.Values(w.Orders)), "invoices": slices.Sorted(maps.Values(w.Issued["invoice"])),
		"credit-notes": slices.Sorted(maps.Values(w.Issued["credit note"])), "customers": slices.Sorted(maps.Values(w.Issued["customer"])),
	}}
}

// cases is the number of requests of a run: few in a test, CONTRACT_CASES in make fuzz-contract.
func cases() int {
	if n, err := strconv.Atoi(os.Getenv("CONTRACT_CASES")); err == nil {
		return n
	}
	return 300
}

// Requests that the document allows get documented answers, and others are refused.
func TestContractFuzz(t *testing.T) {
	fuzz.Checks(t, cases())
	f := fuzz.Start(t, servicetest.Options{}, func(s *servicetest.Service) fuzz.World { return fuzzed(apitest.NewWorld(t, s)) })
	seed := uuid.New().ID()
	if given := flag.Lookup("rapid.seed").Value.String(); given == "0" {
		require.NoError(t, flag.Set("rapid.seed", strconv.Itoa(int(seed))))
		t.Cleanup(func() { require.NoError(t, flag.Set("rapid.seed", "0")) })
	}
	rapid.Check(t, f.Case)
	t.Logf("seed %s: %d valid requests, %d with one rule broken, %d replays, %d other bodies with a key that was used, %d reads of a version, %d writes on an old one, %d refusals of what the document allows that are explained", flag.Lookup("rapid.seed").Value,
		f.Counts["valid"], f.Counts["broken"], f.Counts["replayed"], f.Counts["reused"], f.Counts["etag"], f.Counts["aged"], f.Counts["explained"])
	for _, what := range slices.Sorted(maps.Keys(f.Counts)) {
		t.Logf("%7d %s", f.Counts[what], what)
	}
}
