#!/usr/bin/env bash
# Many messy files under contract: Shelfcast's ingest (contracts, rejects, Delta commit) beside
# DuckDB reading the same files into a typed table with store_rejects, in one run; then one large
# file alone.
# Usage: benchmarks/doors/run.sh path/to/online-retail [runs] [GB of the large file]
# SHELFCAST names a program that is built already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder="$(realpath "${1:?usage: $0 path/to/online-retail [runs] [GB]}")"
runs="${2:-3}"
gigabytes="${3:-2}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet duckdb==1.4.2

measure() { # name, command...
  local name="$1"
  shift
  /usr/bin/time -f "%e %U %S %M" -o "$work/time" "$@" >/dev/null 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
  awk -v name="$name" '{ printf "| %s | %.2f | %.2f | %.0f |\n", name, $1, $2 + $3, $4 / 1024 }' "$work/time"
}

shelfcast="${SHELFCAST:-}"
if [[ -z "$shelfcast" ]]; then
  cargo build --quiet --release
  shelfcast="${CARGO_TARGET_DIR:-target}/release/shelfcast"
fi
"$shelfcast" init "$work/both" --from "$folder"/*.csv >/dev/null 2>&1 || true
# The peer makes one table.
"$shelfcast" init "$work/sales" --from "$folder"/*.csv --answer products=no >/dev/null 2>&1 || true

ingest() { # removes the lake, so that every round does all the work
  rm -rf "$work/$1/lake"
  "$shelfcast" -C "$work/$1" ingest
}
export -f ingest
export work shelfcast

echo "| program | wall seconds | CPU seconds | peak MiB |"
echo "|---|---|---|---|"
for _ in $(seq "$runs"); do
  measure "Shelfcast ingest, sales" bash -c "ingest sales"
  measure "Shelfcast ingest, sales and products" bash -c "ingest both"
  measure "DuckDB read_csv, store_rejects" "$work/venv/bin/python" benchmarks/doors/peer.py "$folder" "$work/peer.duckdb"
done

if [[ "$gigabytes" != 0 ]]; then
  mkdir -p "$work/large"
  python3 benchmarks/doors/large.py "$gigabytes" >"$work/large/sales.csv"
  cat >"$work/large/shelfcast.toml" <<'TOML'
[project]
name = "large"

[[sources]]
feed = "sales"
files = ["sales.csv"]

[sources.columns]
sale_id = "sale_id"
sold_at = "sold_at"
product_id = "product_id"
location_id = "store_id"
customer_id = "customer_id"
quantity = "quantity"
unit_price = "unit_price"
TOML
  bytes="$(stat -c %s "$work/large/sales.csv")"
  measure "Shelfcast ingest, one file of $bytes bytes" "$shelfcast" -C "$work/large" ingest
  awk -v bytes="$bytes" '{ printf "\n%.0f MB/s\n", bytes / 1e6 / $1 }' "$work/time"
fi
