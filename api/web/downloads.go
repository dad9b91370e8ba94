package web

import (
	"errors"
	"strings"
	"sync"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// The most exports that a process answers at once, and those of one company among them. Each holds some megabytes of rows until its
// reader has taken them, however slowly that is.
const (
	maxDownloads       = 32
	companiesDownloads = 16
)

// errDownloads is the reason in the log.
var errDownloads = errors.New("as many exports are open as this process answers at once, of all or of one company")

// downloads counts the exports that are being answered.
type downloads struct {
	mu   sync.Mutex
	open map[string]int // by company
	all  int
}

// bound lets the handler of an export answer only so many at once. Others are refused, as long as readers hold them.
func (d *downloads) bound(r Route, next Handler) Handler {
	if !strings.HasSuffix(r.Path, exportPath) {
		return next
	}
	return func(c Request) error {
		company := Actor(c).CompanyID
		if !d.enter(company) {
			return fault.New(fault.CapacityReached, "Too many exports are being downloaded. Wait until one has ended.").Because(errDownloads)
		}
		defer d.leave(company)
		return next(c)
	}
}

func (d *downloads) enter(company string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all == maxDownloads || d.open[company] == companiesDownloads {
		return false
	}
	if d.open == nil {
		d.open = map[string]int{}
	}
	d.open[company]++
	d.all++
	return true
}

func (d *downloads) leave(company string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all--
	if d.open[company]--; d.open[company] == 0 {
		delete(d.open, company)
	}
}
