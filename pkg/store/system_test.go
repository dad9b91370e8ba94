package store_test

import (
	"reflect"
	"testing"

	"github.com/orderdesk/orderdesk/pkg/store"
	"github.com/stretchr/testify/require"
)

// across lists the operations without a company, and why they cannot have one.
var across = map[string]string{
	"AddCompany":           "the company does not exist yet",
	"Companies":            "check goes from one company to the next",
	"ExpiredDrafts":        "one job expires the drafts of all companies, each by its own setting",
	"PurgeKeys":            "kept answers expire in the same way everywhere",
	"JobCounts":            "all companies share the job queue; it is counted, not read",
	"CompaniesWithDueMail": "companies take turns with their e-mails",
	"OverdueEmails":        "the reconciler handles every e-mail that no worker does",
	"FindEmail":            "the provider's events name an e-mail and no company",
	"MailPause":            "all companies share the provider's key",
	"ResumeMail":           "all companies share the provider's key",
	"MailBacklog":          "the backlog is counted over all companies, not read",
	"Feed":                 "the feed is one, and each company reads its own events of it",
	"FeedHeld":             "transactions belong to the server",
	"FeedNews":             "one poller wakes the readers of all companies; it gets no events",
	"FeedAtHome":           "the feed is one, and began in one database",
	"RenewFeed":            "the ids of transactions belong to the database",
	"EndpointsWithWork":    "endpoints of all companies take turns",
	"HasEndpoints":         "without endpoints of any company there is nothing to dispatch",
	"EndpointsToNotify":    "the reconciler tells of every endpoint that was disabled",
	"OverdueDeliveries":    "the reconciler handles every delivery that no worker does",
	"PurgeDeliveries":      "old deliveries are removed in the same way everywhere",
	"WebhookBacklog":       "the backlog is counted over all companies, not read",
	"Seed":                 "it writes generated documents unchanged, to the one company that it is given",
	"Analyze":              "statistics belong to tables",
}

// A new method of System needs a reason here, because everything else belongs to a company.
func TestSystemIsFew(t *testing.T) {
	methods := reflect.TypeFor[store.System]()
	require.Equal(t, methods.NumMethod(), reflect.PointerTo(methods).NumMethod())
	for i := range methods.NumMethod() {
		require.NotEmpty(t, across[methods.Method(i).Name], "System.%s is not in the list: bind it to a company, or say why it cannot be", methods.Method(i).Name)
	}
	require.Len(t, across, methods.NumMethod(), "the list has a method that does not exist")
}
