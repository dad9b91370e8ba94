#!/usr/bin/env bash
# Compares openapi.yaml with the one of the last version tag, with oasdiff. It lists each change that breaks a client. It fails
# on such a change unless docs/versioning.md allows it: before 1.0.0, after a prerelease, or with a new major version.
set -euo pipefail
oasdiff=bin/oasdiff

# The suffix sorts v1.0.0-alpha.1 before v1.0.0.
tag=$(git -c versionsort.suffix=- tag --list 'v[0-9]*' --sort=-v:refname --merged HEAD | head -1)
if [ -z "$tag" ]; then
	echo "There is no version tag yet, so there is nothing to compare with."
	exit 0
fi
base=$(mktemp --suffix=.yaml)
trap 'rm -f "$base"' EXIT
if ! git show "$tag:openapi.yaml" >"$base" 2>/dev/null; then
	echo "$tag has no openapi.yaml, so there is nothing to compare with."
	exit 0
fi

make --silent "$oasdiff"
version() { sed -n '/^info:/,/^[a-z]/s/^  version: *"\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$1"; }
was=$(version "$base") is=$(version openapi.yaml)
changes="Changes since $tag (version $was, now $is) that break clients"
if [[ $was == 0.* || $was == *-* || ${was%%.*} != "${is%%.*}" ]]; then
	echo "$changes. They are allowed between these versions, and the changelog must name them:"
	"$oasdiff" breaking "$base" openapi.yaml
else
	echo "$changes. They are not allowed between these versions:"
	"$oasdiff" breaking --fail-on ERR "$base" openapi.yaml
fi
