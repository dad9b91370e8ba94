package document

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/jpeg" // image.Decode finds it; png registers itself below
	"image/png"
	"sync"

	"github.com/orderdesk/orderdesk/pkg/document/pdfwriter"
)

// maxLogoPixels bounds what decoding a logo may cost: a small file can unpack to a very large picture.
const maxLogoPixels = 4_000_000

// logo is a picture that has been decoded once and is known to be whole.
type logo struct {
	data          []byte
	format        string // "png" or "jpeg"
	width, height int    // pixels
}

// openLogo checks that data is a whole PNG or JPEG of a sane size. The bytes decide what it is; a declared type may be wrong.
func openLogo(data []byte) (logo, image.Image, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return logo{}, nil, fmt.Errorf("reading the logo's header: %w", err)
	}
	if format != "png" && format != "jpeg" {
		return logo{}, nil, fmt.Errorf("the logo is %s, neither PNG nor JPEG", format)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > maxLogoPixels/config.Height {
		return logo{}, nil, fmt.Errorf("the logo measures %d x %d pixels, more than %d in all", config.Width, config.Height, maxLogoPixels)
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return logo{}, nil, fmt.Errorf("decoding the logo: %w", err)
	}
	return logo{data: data, format: format, width: config.Width, height: config.Height}, picture, nil
}

// printedLogo is a picture that the PDF writer takes.
type printedLogo struct {
	picture       *pdfwriter.Image
	width, height int // pixels
}

// printedLogos are the logos that were printed last, by the hash of their files: a company prints the same one on each of its documents, and making it ready
// takes as long as all the rest of a page.
var printedLogos = struct {
	sync.Mutex
	known map[[sha256.Size]byte]printedLogo
}{known: map[[sha256.Size]byte]printedLogo{}}

const (
	mostLogos   = 32
	largestKept = 512 << 10 // bytes
)

// readyLogo is printableLogo, remembered.
func readyLogo(data []byte) (printedLogo, error) {
	hash := sha256.Sum256(data)
	printedLogos.Lock()
	ready, known := printedLogos.known[hash]
	printedLogos.Unlock()
	if known {
		return ready, nil
	}
	ready, err := printableLogo(data)
	if err != nil || ready.picture.Size() > largestKept {
		return ready, err
	}
	printedLogos.Lock()
	defer printedLogos.Unlock()
	if len(printedLogos.known) >= mostLogos {
		clear(printedLogos.known)
	}
	printedLogos.known[hash] = ready
	return ready, nil
}

// printableLogo is the logo as it goes into a PDF: a JPEG in grey or YCbCr as it stands, anything else as an opaque picture of eight bits.
func printableLogo(data []byte) (printedLogo, error) {
	found, picture, err := openLogo(data)
	if err != nil {
		return printedLogo{}, err
	}
	if found.format == "jpeg" {
		if model := picture.ColorModel(); model == color.YCbCrModel || model == color.GrayModel {
			return printedLogo{pdfwriter.JPEG(found.data, found.width, found.height, model == color.GrayModel), found.width, found.height}, nil
		}
	}
	opaque := image.NewRGBA(picture.Bounds())
	draw.Draw(opaque, opaque.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(opaque, opaque.Bounds(), picture, picture.Bounds().Min, draw.Over)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&out, opaque); err != nil {
		return printedLogo{}, fmt.Errorf("encoding the logo again: %w", err)
	}
	drawn, err := pdfwriter.PNG(out.Bytes())
	return printedLogo{drawn, found.width, found.height}, err
}
