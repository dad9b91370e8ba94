package company

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"image"
	_ "image/jpeg" // parseLogo decodes JPEG
	_ "image/png"  // parseLogo decodes PNG
	"strings"
)

// MaxLogo is the size of the largest logo in bytes. MaxLogoURI is the length of its data URI. MaxLogoSide is the largest
// width and height in pixels, because a file of 600 bytes can decode to 100 MB.
const (
	MaxLogo     = 100_000
	MaxLogoURI  = len("data:image/jpeg;base64,") + (MaxLogo+2)/3*4
	MaxLogoSide = 2000
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

// parseLogo reads a data URI of a PNG or JPEG, and decodes the whole picture, so that every logo that is stored can be
// printed. An empty string gives no logo. If the string is not valid, why is a sentence for the caller.
func parseLogo(uri string) (logo Logo, why string) {
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
	if why := pictureFault(data, media); why != "" {
		return Logo{}, why
	}
	sum := sha256.Sum256(data)
	return Logo{Hash: hex.EncodeToString(sum[:]), MediaType: media, Data: data}, ""
}

// pictureFault returns why the picture cannot be printed, or an empty string. It looks at the dimensions before it decodes.
func pictureFault(data []byte, media string) string {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil || "image/"+format != media:
		return fmt.Sprintf("The picture is broken: its header is not that of a valid %s.", media)
	case config.Width < 1 || config.Height < 1 || config.Width > MaxLogoSide || config.Height > MaxLogoSide:
		return fmt.Sprintf("A logo measures at most %d x %d pixels; this one measures %d x %d.", MaxLogoSide, MaxLogoSide, config.Width, config.Height)
	}
	if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
		return fmt.Sprintf("The picture is broken: it is not a complete %s.", media)
	}
	return ""
}

// URI returns the logo as a data URI, or an empty string if there is none.
func (l Logo) URI() string {
	if len(l.Data) == 0 {
		return ""
	}
	return "data:" + l.MediaType + ";base64," + base64.StdEncoding.EncodeToString(l.Data)
}
