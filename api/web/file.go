package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"sync"
)

// File is a file that changes only with the program. It is compressed once, when it is first requested, because compressing it for
// each request would let callers use up the processor. It is safe for concurrent use.
type File struct {
	media   string
	raw     []byte
	tag     string
	gzipped func() []byte // nil if it would hardly be shorter
}

// NewFile returns a file with its Content-Type.
func NewFile(media string, raw []byte) *File {
	sum := sha256.Sum256(raw)
	return &File{
		media: media, raw: raw, tag: `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`,
		gzipped: sync.OnceValue(func() []byte { return zip(raw) }),
	}
}

// zip returns the bytes gzipped, or nil if that saves less than a tenth.
func zip(raw []byte) []byte {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		panic(err) // the level exists
	}
	_, _ = z.Write(raw) // a buffer takes everything
	_ = z.Close()
	if out.Len() > len(raw)*9/10 {
		return nil
	}
	return out.Bytes()
}

// WriteFile answers a file, or 304 if the caller already has it. The route must be Undocumented, because the answers of all
// others are compressed as they are written.
func WriteFile(c Request, f *File) error {
	header := c.Response().Header()
	header.Add("Vary", "Accept-Encoding")
	if done, err := NotModified(c, f.tag); done || err != nil {
		return err
	}
	body := f.raw
	if quality(c.Request().Header.Values("Accept-Encoding"), "gzip") > 0 {
		if short := f.gzipped(); short != nil {
			body = short
			header.Set("Content-Encoding", "gzip")
		}
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	return c.Blob(http.StatusOK, f.media, body)
}
