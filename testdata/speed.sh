#!/bin/sh
# Compares coordlint with go list and go vet on a checkout, as whole processes:
#
#	testdata/speed.sh DIR
#
# It prints seconds of the clock, of the processor, and the peak memory in KB,
# with empty caches and with filled ones. Caches of its own are used and removed.
set -u
dir=$(cd "$1" && pwd) || exit 2
tmp=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$tmp"; rm -rf "$tmp"' EXIT
(cd "$(dirname "$0")/.." && go build -o "$tmp/coordlint" ./cmd/coordlint) || exit 2
export COORDLINT_CACHE="$tmp/cache" GOCACHE="$tmp/gocache"
measure() {
	label=$1
	shift
	(cd "$dir" && /usr/bin/time -o "$tmp/time" -f '%e s, %U+%S s, %M KB' "$@" >/dev/null 2>&1)
	printf '%-20s %s\n' "$label" "$(tail -1 "$tmp/time")"
}
for state in cold warm; do
	measure "$state go list" go list -deps ./...
	measure "$state coordlint" "$tmp/coordlint" -C "$dir" ./...
	measure "$state go vet" go vet ./...
done
