package document

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/jpeg" // image.Decode finds it; png registers itself below
	"image/png"
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

// printableLogo is the logo in a form that the PDF writer is known to read: a JPEG in grey or YCbCr as it stands, anything else as an opaque PNG of
// eight bits. The writer's own PNG reader knows no interlacing and trusts the file's lengths.
func printableLogo(data []byte) (logo, error) {
	found, picture, err := openLogo(data)
	if err != nil {
		return logo{}, err
	}
	if found.format == "jpeg" {
		if model := picture.ColorModel(); model == color.YCbCrModel || model == color.GrayModel {
			return found, nil
		}
	}
	opaque := image.NewRGBA(picture.Bounds())
	draw.Draw(opaque, opaque.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(opaque, opaque.Bounds(), picture, picture.Bounds().Min, draw.Over)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&out, opaque); err != nil {
		return logo{}, fmt.Errorf("encoding the logo again: %w", err)
	}
	return logo{data: out.Bytes(), format: "png", width: found.width, height: found.height}, nil
}
