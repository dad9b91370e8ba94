package web

import (
	"time"

	"github.com/orderdesk/orderdesk/pkg/fault"
	"github.com/orderdesk/orderdesk/pkg/strictjson"
)

// exportPath is the end of an export's path. Before it stands the path of the list.
const exportPath = "/export"

// ExportQuery is the parameters that every export has.
type ExportQuery struct {
	// csv is a table for spreadsheets, ndjson is a JSON document on each line. Without it Accept decides, and the default is csv.
	Format string `query:"format" enums:"csv,ndjson" example:"csv"`
	// Whether a CSV begins with a byte order mark. Some spreadsheets need it to read UTF-8.
	BOM bool `query:"bom" default:"false" example:"true"`
}

var exportMedia = map[string]string{"csv": MediaCSV, "ndjson": MediaNDJSON}

// ExportMedia is the media types of exports, the default first.
func ExportMedia() []string { return []string{MediaCSV, MediaNDJSON} }

// Media is the media type that the caller wants.
func (q ExportQuery) Media(c Request) (string, error) {
	media, err := Accept(c)
	if q.Format != "" {
		media = exportMedia[q.Format]
		if err = nil; !acceptable(c, media) {
			err = fault.New(fault.NotAcceptableFormat, "format=%s is %s, which Accept does not allow. Leave one of them out.", q.Format, media)
		}
	}
	if err == nil && q.BOM && media != MediaCSV {
		err = strictjson.InvalidParameters([]fault.Field{{Pointer: "bom", Code: fault.FieldConflict, Detail: "Only a CSV has a byte order mark. Leave bom out, or send format=csv."}})
	}
	return media, err
}

// ExportForm is the form of a list's rows in a file: the columns of a CSV, and R as JSON on each line of an NDJSON.
type ExportForm[R any] struct {
	Name  string // of the file, before the day, such as orders
	Table CSVTable[R]
}

// Stream answers the rows as a download, in the format that the caller wants. The day is part of the file's name.
func (e ExportForm[R]) Stream(c Request, q ExportQuery, day time.Time, next Chunk[R]) error {
	media, err := q.Media(c)
	if err != nil {
		return err
	}
	file := e.Name + "-" + day.Format(time.DateOnly)
	if media == MediaNDJSON {
		return streamNDJSON(c, file+".ndjson", next)
	}
	return streamCSV(c, file+".csv", e.Table, q.BOM, next)
}

// alternates maps the path of a list to its export, and the path of an export to its list. Both answer the same rows, in different
// media types.
func alternates(endpoints []Endpoint) map[string]*Route {
	reads, found := map[string]*Route{}, map[string]*Route{}
	for i := range endpoints {
		if r := &endpoints[i].Route; r.Method == "GET" {
			reads[r.Path] = r
		}
	}
	for path, list := range reads {
		if export, ok := reads[path+exportPath]; ok {
			found[path], found[export.Path] = export, list
		}
	}
	return found
}
