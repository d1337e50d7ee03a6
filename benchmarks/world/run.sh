#!/usr/bin/env bash
# Simulated sales to CSV files: Shelfcast beside tpchgen-cli (lineitem) and a Faker script, in one
# run. Rates are of all rows written, per second and per CPU second.
# Usage: benchmarks/world/run.sh [runs]; SHELFCAST names a built program, WORK a folder on a disk
# with 20 GB left.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
runs="${1:-3}"
program="${SHELFCAST:-}"
if [ -z "$program" ]; then
  cargo build --quiet --release
  program="${CARGO_TARGET_DIR:-target}/release/shelfcast"
fi
work="$(mktemp -d -p "${WORK:-/tmp}")"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet faker tpchgen-cli

measure() { # name, main file, command...
  local name="$1" main="$2"
  shift 2
  rm -rf "$work/out"
  /usr/bin/time -f "%e %U %S %M" -o "$work/time" "$@" >/dev/null 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
  local bytes lines main_lines
  bytes=$(du -cb "$work"/out/* | tail -1 | cut -f1)
  if [ -f "$work/out/$main" ]; then
    lines=$(cat "$work"/out/* | wc -l)
    main_lines=$(wc -l <"$work/out/$main")
  fi # else Parquet, with the rows of the run before
  lines_before="${lines:-$lines_before}" main_lines_before="${main_lines:-$main_lines_before}"
  lines="$lines_before" main_lines="$main_lines_before"
  awk -v name="$name" -v bytes="$bytes" -v lines="$lines" -v main="$main_lines" \
    '{ cpu = $2 + $3; printf "| %s | %.1f | %.1f | %.0f | %.2f | %.2f | %.2f | %.0f |\n", name, $1, cpu, $4 / 1024,
       main / $1 / 1e6, main / cpu / 1e6, lines / cpu / 1e6, bytes / cpu / 1e6 }' "$work/time"
}

echo "| program | wall s | CPU s | peak MiB | million sales a second | million sales a CPU second | million rows a CPU second | MB a CPU second |"
echo "|---|---|---|---|---|---|---|---|"
for _ in $(seq "$runs"); do
  measure "Shelfcast, 4 places, 5,000 products, 1 year, 20 million sales" sales.csv \
    "$program" simulate --size chain --seed 7 --locations 4 --products 5000 --suppliers 100 \
    --customers 80000 --days 365 --sales 20000000 --out "$work/out"
  measure "the same as Parquet" sales.csv \
    "$program" simulate --size chain --seed 7 --locations 4 --products 5000 --suppliers 100 \
    --customers 80000 --days 365 --sales 20000000 --format parquet --out "$work/out"
  measure "Shelfcast, 4 of 100 places of the chain, 3 years" sales.csv \
    "$program" simulate --size chain --seed 7 --part 1/25 --out "$work/out"
  measure "tpchgen-cli, lineitem, scale 3" lineitem.csv \
    "$work/venv/bin/tpchgen-cli" csv -s 3 --tables=lineitem --output-dir "$work/out"
  measure "the same as Parquet" lineitem.csv \
    "$work/venv/bin/tpchgen-cli" parquet -s 3 --tables=lineitem --output-dir "$work/out"
  measure "Faker, 100,000 sales" sales_data.csv \
    "$work/venv/bin/python" benchmarks/world/peer.py "$work/out" 100000
done
