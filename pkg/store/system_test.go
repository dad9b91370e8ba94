package store_test

import (
	"reflect"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/stretchr/testify/require"
)

// across is what may be done without a company, and why it cannot have one.
var across = map[string]string{
	"AddCompany":           "the company is not there yet",
	"Companies":            "check goes from one company to the next",
	"ExpiredDrafts":        "one clock expires the drafts of all, each by its company's setting",
	"PurgeKeys":            "kept answers expire alike everywhere",
	"JobCounts":            "the job queue is one for all; it is counted, not read",
	"CompaniesWithDueMail": "e-mails go out company by company in turn",
	"OverdueEmails":        "the reconciler looks after every e-mail that nobody waits for",
	"FindEmail":            "the provider's events name an e-mail and no company",
	"MailPause":            "the provider's key is one for all",
	"MailBacklog":          "the backlog is counted over all, not read",
	"Seed":                 "made-up documents go in as they are, past the rules; it writes to the one company that it is given",
	"Analyze":              "statistics are of tables",
}

// Whatever is added to System needs a reason here: everything else hangs on a company.
func TestSystemIsFew(t *testing.T) {
	methods := reflect.TypeFor[store.System]()
	require.Equal(t, methods.NumMethod(), reflect.PointerTo(methods).NumMethod())
	for i := range methods.NumMethod() {
		require.NotEmpty(t, across[methods.Method(i).Name], "System.%s is on no list: bind it to a company, or say why it cannot be", methods.Method(i).Name)
	}
	require.Len(t, across, methods.NumMethod(), "the list names what is gone")
}
