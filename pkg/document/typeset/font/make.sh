#!/bin/sh
# Makes the fonts in this folder from Debian's packages. Run it in this folder, on Debian 12:
#   apt-get install --no-install-recommends fonts-noto-core fonts-droid-fallback python3-fonttools
# Hinting is left out, since printers and viewers do without, and so are the layout features that nobody asks for.
set -eu

noto=/usr/share/fonts/truetype/noto
droid=/usr/share/fonts-droid-fallback/truetype
python=${PYTHON:-/usr/bin/python3}
subset() { # source, target, options
	from=$1 to=$2
	shift 2
	"$python" -m fontTools.subset "$from" --output-file="$to" --no-hinting --no-recalc-timestamp --notdef-outline \
		--no-glyph-names --drop-tables+=FFTM,STAT,MVAR,HVAR,DSIG,gasp,meta,kern,PfEd,vhea,vmtx --name-IDs=0,1,2,3,4,5,6,13,14 "$@"
}

for style in Regular Bold; do
	subset "$noto/NotoSans-$style.ttf" "NotoSans-$style.ttf" --unicodes='*' --layout-features=ccmp,mark,mkmk
	for script in Arabic Hebrew Thai Devanagari; do
		subset "$noto/NotoSans$script-$style.ttf" "NotoSans$script-$style.ttf" --unicodes='*' --layout-features-=kern,aalt,locl
	done
done
# Circled numbers and letters.
subset "$noto/NotoSansSymbols-Regular.ttf" NotoSansSymbols-Regular.ttf --unicodes=U+2460-24FF --layout-features=
# Arrows, mathematical operators and geometric shapes; then signs such as the star, the heart and the tick.
subset "$noto/NotoSansMath-Regular.ttf" NotoSansMath-Regular.ttf --unicodes=U+2190-22FF,U+25A0-25FF --layout-features=
subset "$noto/NotoSansSymbols2-Regular.ttf" NotoSansSymbols2-Regular.ttf --unicodes=U+2600-27BF --layout-features=
# Chinese, Japanese and Korean. It has no layout features worth keeping, and text of the basic plane only.
subset "$droid/DroidSansFallback.ttf" DroidSansFallback.ttf --unicodes=U+1100-FFFF --layout-features= --drop-tables+=GSUB,GPOS,GDEF
