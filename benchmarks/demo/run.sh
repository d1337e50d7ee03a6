#!/usr/bin/env bash
# The demo, from nothing to the report. Usage: benchmarks/demo/run.sh [runs]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
runs="${1:-3}"
target="${CARGO_TARGET_DIR:-target}"
cargo build --quiet --release
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
echo "| program | wall seconds | CPU seconds | peak MiB |"
echo "|---|---|---|---|"
for run in $(seq "$runs"); do
  /usr/bin/time -f "%e %U %S %M" -o "$work/time" \
    "$target/release/shelfcast" demo --dir "$work/demo-$run" >/dev/null 2>&1
  awk '{ printf "| demo | %.1f | %.1f | %.0f |\n", $1, $2 + $3, $4 / 1024 }' "$work/time"
done
