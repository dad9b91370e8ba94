package company

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// MaxLogo is the size of the largest logo in bytes. MaxLogoURI is the length of its data URI.
const (
	MaxLogo    = 100_000
	MaxLogoURI = len("data:image/jpeg;base64,") + (MaxLogo+2)/3*4
)

// LogoPattern matches every data URI of a logo, and the empty string, which means no logo.
const LogoPattern = `^(data:image/(png|jpeg);base64,[A-Za-z0-9+/]*={0,2})?$`

// Logo is the logo on a company's documents. Logos are stored by the SHA-256 of their bytes and never deleted, so that an
// old document still prints with the logo it had.
type Logo struct {
	CompanyID string
	Hash      string // hex
	MediaType string // image/png or image/jpeg
	Data      []byte
}

// signatures has the first bytes of the files of each media type.
var signatures = map[string]string{"image/png": "\x89PNG\r\n\x1a\n", "image/jpeg": "\xff\xd8\xff"}

// ParseLogo reads a data URI of a PNG or JPEG. An empty string gives no logo. If the string is not valid, why is a sentence
// for the caller.
func ParseLogo(uri string) (logo Logo, why string) {
	if uri == "" {
		return Logo{}, ""
	}
	head, text, _ := strings.Cut(uri, ",")
	media, encoded := strings.CutSuffix(strings.TrimPrefix(head, "data:"), ";base64")
	signature, known := signatures[media]
	if !encoded || !known || !strings.HasPrefix(head, "data:") {
		return Logo{}, "Must be a data URI of a PNG or JPEG: data:image/png;base64,…"
	}
	data, err := base64.StdEncoding.DecodeString(text)
	switch {
	case err != nil || !strings.HasPrefix(string(data), signature):
		return Logo{}, fmt.Sprintf("The data must be a valid %s in base64.", media)
	case len(data) > MaxLogo:
		return Logo{}, fmt.Sprintf("A logo has at most %d bytes; this one has %d.", MaxLogo, len(data))
	}
	sum := sha256.Sum256(data)
	return Logo{Hash: hex.EncodeToString(sum[:]), MediaType: media, Data: data}, ""
}

// URI returns the logo as a data URI, or an empty string if there is none.
func (l Logo) URI() string {
	if len(l.Data) == 0 {
		return ""
	}
	return "data:" + l.MediaType + ";base64," + base64.StdEncoding.EncodeToString(l.Data)
}
