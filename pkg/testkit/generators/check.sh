#!/usr/bin/env bash
# Makes a client of openapi.yaml by each of five generators, as its users would, and compiles it strictly. What they write
# goes into a temporary folder. The first generator or compiler that fails ends it; its messages are shown.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
OPENAPI=$PWD/../../../openapi.yaml OAPI=$PWD/../../../bin/oapi-codegen
OUT=$(mktemp -d)
trap 'rm -rf "$OUT"' EXIT

quietly() { # NAME COMMAND...
	if ! "${@:2}" >"$OUT/log" 2>&1; then
		cat "$OUT/log" >&2
		echo "$1 failed" >&2
		exit 1
	fi
	echo "$1: ok"
}

quietly openapi-typescript npx openapi-typescript "$OPENAPI" -o "$OUT/openapi-typescript/schema.ts" --default-non-nullable false
quietly hey-api npx openapi-ts -i "$OPENAPI" -o "$OUT/hey" -c @hey-api/client-fetch
quietly orval npx orval --input "$OPENAPI" --output "$OUT/orval/api.ts" --client fetch --mode single
cp tsconfig.json use.ts "$OUT"
ln -s "$PWD/node_modules" "$OUT/node_modules"
quietly "tsc, strictly" npx tsc -p "$OUT"

mkdir "$OUT/oapi"
quietly oapi-codegen "$OAPI" -package oapi -generate types,client -o "$OUT/oapi/oapi.go" "$OPENAPI"
quietly ogen go tool ogen -config "$PWD/ogen.yaml" -package ogen -target "$OUT/ogen" "$OPENAPI"
cp go.mod go.sum "$OUT"
mkdir "$OUT/use"
cp testdata/use.go "$OUT/use"
quietly "go build" go build -C "$OUT" ./oapi ./ogen ./use
