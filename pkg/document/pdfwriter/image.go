package pdfwriter

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Image is a picture that a Writer can draw.
type Image struct {
	width, height int
	entries       string
	data          []byte
}

// Size returns how many bytes the picture takes in the file.
func (i *Image) Size() int { return len(i.data) }

func (i *Image) dictionary() string {
	return fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 %s ", i.width, i.height, i.entries)
}

// JPEG returns the picture of a baseline or progressive JPEG file in grey or in three colours. The file goes into the
// PDF unchanged.
func JPEG(data []byte, width, height int, grey bool) *Image {
	space := "/DeviceRGB"
	if grey {
		space = "/DeviceGray"
	}
	return &Image{width, height, "/ColorSpace " + space + " /Filter /DCTDecode", data}
}

// PNG returns the picture of a PNG file as image/png writes an opaque picture: eight bits, three colours, not
// interlaced.
func PNG(data []byte) (*Image, error) {
	const signature, header = 8, 13
	if len(data) < signature+12+header || string(data[12:16]) != "IHDR" {
		return nil, errors.New("no PNG file")
	}
	width, height := binary.BigEndian.Uint32(data[16:]), binary.BigEndian.Uint32(data[20:])
	if string(data[24:29]) != "\x08\x02\x00\x00\x00" {
		return nil, errors.New("no PNG file of eight bits in three colours")
	}
	picture := &Image{width: int(width), height: int(height),
		entries: fmt.Sprintf("/ColorSpace /DeviceRGB /Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors 3 /BitsPerComponent 8 /Columns %d >>", width)}
	for rest := data[signature:]; len(rest) >= 12; {
		length := int(binary.BigEndian.Uint32(rest))
		if length > len(rest)-12 {
			return nil, errors.New("a PNG file that is cut short")
		}
		if string(rest[4:8]) == "IDAT" {
			picture.data = append(picture.data, rest[8:8+length]...)
		}
		rest = rest[12+length:]
	}
	return picture, nil
}
