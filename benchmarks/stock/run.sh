#!/usr/bin/env bash
# Stock policies measured: benchmarks/stock/run.sh DATA OUT
# DATA holds spare-parts/; OUT takes the prepared files and the results. Needs Python with
# openpyxl, xlrd and stockpyl.
set -euo pipefail
cd "$(dirname "$0")/../.."
data=$1
out=$2
examples=${CARGO_TARGET_DIR:-target}/release/examples
cargo build --release -p shelfcast-inventory -p shelfcast-replay --examples
python3 benchmarks/stock/prepare.py "$data" "$out"
"$examples/refinery" "$out/oil.csv" | tee "$out/refinery.txt"
python3 benchmarks/stock/peer.py "$examples/closed_forms" "$examples/item_days" | tee "$out/peer.txt"
"$examples/speed" plan 100000 | tee "$out/speed.txt"
"$examples/speed" replay 1000 | tee -a "$out/speed.txt"
"$examples/spare_parts" "$out/man.csv" > "$out/spare-parts.csv"
"$examples/simulated_world" 1-5 40 16000 200 > "$out/simulated-world.csv"
