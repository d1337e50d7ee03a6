#!/usr/bin/env bash
# The facts of a chain, built by Shelfcast and by DuckDB from the same rows with the same SQL.
#
# Usage: benchmarks/facts/run.sh [SHELFCAST] [sales, default 10000000] [places, 33] [products, 1000]
#
# Simulates three years, ingests, builds everything, and then runs the facts' models in DuckDB.
# Needs python3 with venv; installs duckdb and polars into a throw-away environment.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
shelfcast="${1:-}"
sales="${2:-10000000}" places="${3:-33}" products="${4:-1000}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

if [[ -z "$shelfcast" ]]; then
  cargo build --quiet --release
  shelfcast="${CARGO_TARGET_DIR:-target}/release/shelfcast"
fi
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet duckdb==1.4.2 polars

"$shelfcast" simulate --size chain --seed 7 --days 1095 --sales "$sales" --locations "$places" \
  --products "$products" --out "$work/data" >&2
"$shelfcast" init "$work/shop" --from "$work"/data/*.csv >&2
"$shelfcast" -C "$work/shop" ingest >&2
/usr/bin/time -f "build: %e wall seconds, %U + %S CPU seconds, %M KiB at most" \
  "$shelfcast" -C "$work/shop" build --json >"$work/build.json"
/usr/bin/time -f "DuckDB and comparison: %e wall seconds, %M KiB at most" \
  "$work/venv/bin/python" benchmarks/facts/peer.py "$shelfcast" "$work/shop" "$work/build.json" "$work"
