package web

import (
	"errors"
	"strings"
	"sync"

	"github.com/orderdesk/orderdesk/pkg/fault"
)

// How many exports a process answers at the same time, in all and for one company. Each holds some megabytes of rows until its
// caller has read them, which may be slowly.
const (
	maxDownloads        = 32
	maxCompanyDownloads = 16
)

// errDownloads is the cause that the log shows for a refused export.
var errDownloads = errors.New("the process, or the company, has as many exports open as it may have")

// downloads counts the exports that are being answered.
type downloads struct {
	mu   sync.Mutex
	open map[string]int // by company
	all  int
}

// limit bounds how many requests the handler of an export answers at the same time. It refuses further ones.
func (d *downloads) limit(r Route, next Handler) Handler {
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
	if d.all == maxDownloads || d.open[company] == maxCompanyDownloads {
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
