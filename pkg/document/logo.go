package document

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/jpeg" // registers JPEG for image.Decode; the import of image/png registers PNG
	"image/png"
	"sync"

	"github.com/orderdesk/orderdesk/pkg/document/pdfwriter"
)

// maxLogoPixels and maxLogoSide limit the cost of decoding a logo, because a small file can decode to a very large picture.
// They let logos through that were stored before company.MaxLogoSide was the limit.
const (
	maxLogoPixels = 4_000_000
	maxLogoSide   = 10_000
)

// logo is a complete picture that was decoded once.
type logo struct {
	data          []byte
	format        string // "png" or "jpeg"
	width, height int    // pixels
}

// openLogo checks that data is a complete PNG or JPEG of a reasonable size. It takes the type from the bytes, because a
// declared type may be wrong.
func openLogo(data []byte) (logo, image.Image, error) {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return logo{}, nil, fmt.Errorf("reading the logo's header: %w", err)
	}
	if format != "png" && format != "jpeg" {
		return logo{}, nil, fmt.Errorf("the logo is %s, neither PNG nor JPEG", format)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > maxLogoPixels/config.Height || max(config.Width, config.Height) > maxLogoSide {
		return logo{}, nil, fmt.Errorf("the logo measures %d x %d pixels, which is too much", config.Width, config.Height)
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return logo{}, nil, fmt.Errorf("decoding the logo: %w", err)
	}
	return logo{data: data, format: format, width: config.Width, height: config.Height}, picture, nil
}

// printedLogo is a picture in the form that the PDF writer needs.
type printedLogo struct {
	picture       *pdfwriter.Image
	width, height int // pixels
}

// printedLogos caches the logos that were printed last, by the hash of their files. A company prints the same logo on
// each document, and preparing it takes as long as the rest of a page.
var printedLogos = struct {
	sync.Mutex
	known map[[sha256.Size]byte]printedLogo
}{known: map[[sha256.Size]byte]printedLogo{}}

const (
	mostLogos   = 32
	largestKept = 512 << 10 // bytes
)

// readyLogo is printableLogo with a cache. It prepares one logo at a time, since a decoded picture takes up to 16 MB.
func readyLogo(data []byte) (printedLogo, error) {
	hash := sha256.Sum256(data)
	printedLogos.Lock()
	defer printedLogos.Unlock()
	if ready, known := printedLogos.known[hash]; known {
		return ready, nil
	}
	ready, err := printableLogo(data)
	if err != nil || ready.picture.Size() > largestKept {
		return ready, err
	}
	if len(printedLogos.known) >= mostLogos {
		clear(printedLogos.known)
	}
	printedLogos.known[hash] = ready
	return ready, nil
}

// printableLogo returns the logo for a PDF: a JPEG in grey or YCbCr unchanged, any other picture as an opaque one of
// eight bits.
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
