#!/usr/bin/env bash
# Starts a demo on a free port and runs a command against it: withdemo.sh ORDERDESK COMMAND [ARGUMENT ...]
# The command gets the address in ORDERDESK_URL. ORDERDESK_AS is a directory with one file for each role: its Authorization header.
set -euo pipefail
orderdesk=$1
shift

dir=$(mktemp -d)
server=
finish() {
	if [ -n "$server" ]; then
		kill "$server" 2>/dev/null || true
		wait "$server" 2>/dev/null || true
	fi
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT TERM

touch "$dir/log" # grep below may run before the demo opens it
"$orderdesk" demo --addr 127.0.0.1:0 --data "$dir/data" >"$dir/log" 2>&1 &
server=$!
for ((tenths = 0; tenths < 900; tenths++)); do
	grep -q '^Now open ' "$dir/log" && break # the last line of the welcome
	kill -0 "$server" 2>/dev/null || break
	sleep 0.1
done
ORDERDESK_URL=$(sed -n 's|^  API  *\(http.*\)/v1$|\1|p' "$dir/log")
if [ -z "$ORDERDESK_URL" ]; then
	echo "The demo did not start:" >&2
	cat "$dir/log" >&2
	exit 1
fi
export ORDERDESK_URL ORDERDESK_AS="$dir/data/as"
"$@"
