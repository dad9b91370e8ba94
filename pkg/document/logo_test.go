package document

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPDFLogo(t *testing.T) {
	good := samplePNG()
	var photo bytes.Buffer
	require.NoError(t, jpeg.Encode(&photo, image.NewYCbCr(image.Rect(0, 0, 300, 60), image.YCbCrSubsampleRatio420), nil))
	var huge bytes.Buffer // a few kilobytes that unpack to five million pixels
	require.NoError(t, png.Encode(&huge, image.NewGray(image.Rect(0, 0, 2500, 2000))))
	var dot bytes.Buffer
	require.NoError(t, png.Encode(&dot, image.NewGray(image.Rect(0, 0, 1, 1))))
	interlaced := dot.Bytes() // only the header says that it is interlaced
	interlaced[28] = 1
	binary.BigEndian.PutUint32(interlaced[29:], crc32.ChecksumIEEE(interlaced[12:29]))
	for name, c := range map[string]struct {
		logo  []byte
		shown bool
	}{
		"png": {good, true}, "jpeg": {photo.Bytes(), true}, "none": {nil, false}, "text": {[]byte("<svg onload=alert(1)>"), false},
		"png cut short": {good[:len(good)/2], false}, "jpeg cut short": {photo.Bytes()[:photo.Len()/2], false}, "too many pixels": {huge.Bytes(), false},
		"interlaced":     {interlaced, true},
		"signature only": {good[:8], false},
	} {
		t.Run(name, func(t *testing.T) {
			p := invoiceContent(1)
			p.Letterhead.Logo = c.logo
			pdf := render(t, p)
			require.Equal(t, c.shown, bytes.Contains(pdf, []byte("/Subtype /Image")))
			require.Contains(t, pagesOf(t, pdf)[0], "INV-000012")
			require.Equal(t, c.shown, strings.Contains(renderHTML(t, p), "<img src=\"data:image/"))
		})
	}
}
