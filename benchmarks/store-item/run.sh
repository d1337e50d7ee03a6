#!/usr/bin/env bash
# Raw CSV to report: Shelfcast beside DuckDB + statsforecast + matplotlib, on the same file, in one run.
# Usage: benchmarks/store-item/run.sh path/to/train.csv.gz [runs]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
file="$(realpath "${1:?usage: $0 path/to/train.csv.gz [runs]}")"
runs="${2:-3}"
target="${CARGO_TARGET_DIR:-target}"
cargo build --quiet --release
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet duckdb pandas statsforecast==2.1.1 matplotlib

measure() { # name, command...
  local name="$1"
  shift
  /usr/bin/time -f "%e %U %S %M" -o "$work/time" "$@" >/dev/null 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
  awk -v name="$name" '{ printf "| %s | %.1f | %.1f | %.0f |\n", name, $1, $2 + $3, $4 / 1024 }' "$work/time"
}

shelfcast() {
  rm -rf "$work/shop"
  "$target/release/shelfcast" init "$work/shop" --from "$file"
  "$target/release/shelfcast" -C "$work/shop" run
  "$target/release/shelfcast" -C "$work/shop" report
}
export -f shelfcast
export target work file

echo "| program | wall seconds | CPU seconds | peak MiB |"
echo "|---|---|---|---|"
for _ in $(seq "$runs"); do
  measure "Shelfcast" bash -c shelfcast
  measure "DuckDB + statsforecast + matplotlib" "$work/venv/bin/python" benchmarks/store-item/peer.py "$file" "$work/peer"
done
