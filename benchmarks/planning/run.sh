#!/usr/bin/env bash
# Orders for many products at many places, planned from models that are fitted already.
#
# Usage: benchmarks/planning/run.sh [SHELFCAST] [products, default 500] [places, 4] [copies, 1]
#
# Simulates 150 days, builds, and times `plan.sql`: 1,000 sample paths, 28 + 14 days. Each fitted
# model is asked so many times, as another series with sample paths of its own. Prints the
# seconds, the CPU seconds, the memory at most, and the CPU milliseconds of one plan.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
shelfcast="${1:-}"
products="${2:-500}" places="${3:-4}" copies="${4:-1}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

if [[ -z "$shelfcast" ]]; then
  cargo build --quiet --release
  shelfcast="${CARGO_TARGET_DIR:-target}/release/shelfcast"
fi
"$shelfcast" simulate --size shop --products "$products" --locations "$places" --days 150 --seed 7 \
  --out "$work/data" >&2
"$shelfcast" init "$work/shop" --from "$work"/data/*.csv >&2
"$shelfcast" -C "$work/shop" run >&2
/usr/bin/time -o "$work/time" -f "%e %U %S %M" \
  "$shelfcast" -C "$work/shop" query "$(sed "s/:copies/$copies/" benchmarks/planning/plan.sql)" --format csv |
  tee "$work/plan.csv"
planned="$(tail -n 1 "$work/plan.csv" | cut -d, -f1)"
read -r wall user system memory <"$work/time"
awk -v n="$planned" -v wall="$wall" -v cpu="$user" -v sys="$system" -v kib="$memory" 'BEGIN {
  printf "%d planned in %.1f s, %.1f CPU seconds, %d MiB at most, %.2f CPU ms each\n",
    n, wall, cpu + sys, kib / 1024, 1000 * (cpu + sys) / n }'
