package company

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// MaxLogo is how many bytes a logo may have, and MaxLogoURI is as many in a data URI.
const (
	MaxLogo    = 100_000
	MaxLogoURI = len("data:image/jpeg;base64,") + (MaxLogo+2)/3*4
)

// LogoPattern is what every data URI of a logo matches, and the empty text, which is none.
const LogoPattern = `^(data:image/(png|jpeg);base64,[A-Za-z0-9+/]*={0,2})?$`

// Logo is the picture on a company's paper. Logos are kept by the SHA-256 of their bytes and never deleted, so that
// a document issued years ago still prints as it was.
type Logo struct {
	CompanyID string
	Hash      string // hex
	MediaType string // image/png or image/jpeg
	Data      []byte
}

// signatures are how the files of a media type begin.
var signatures = map[string]string{"image/png": "\x89PNG\r\n\x1a\n", "image/jpeg": "\xff\xd8\xff"}

// ParseLogo reads a data URI of a PNG or JPEG; the empty text is no logo. Of a text that is
// neither, why is a sentence for whoever sent it.
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
		return Logo{}, fmt.Sprintf("The data are no %s in base64.", media)
	case len(data) > MaxLogo:
		return Logo{}, fmt.Sprintf("A logo has at most %d bytes; this one has %d.", MaxLogo, len(data))
	}
	sum := sha256.Sum256(data)
	return Logo{Hash: hex.EncodeToString(sum[:]), MediaType: media, Data: data}, ""
}

// URI is the logo as a data URI; empty where there is none.
func (l Logo) URI() string {
	if len(l.Data) == 0 {
		return ""
	}
	return "data:" + l.MediaType + ";base64," + base64.StdEncoding.EncodeToString(l.Data)
}
