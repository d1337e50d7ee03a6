#!/bin/sh
# Runs every target for some seconds each (60): fuzz/run.sh [seconds] [target...]
# New inputs are kept in $SHELFCAST_FUZZ (shelfcast/fuzz in the user's cache), crashes in its
# artifacts/.
set -eu
cd "$(dirname "$0")"
seconds=${1:-60}
[ $# -eq 0 ] || shift
targets=${*:-delimited formats expression values mapping contract rows proposal states}
kept=${SHELFCAST_FUZZ:-${XDG_CACHE_HOME:-$HOME/.cache}/shelfcast/fuzz}
# Inputs are files: in memory they cost no disk.
memory=/dev/shm
[ -w "$memory" ] || memory=$(dirname "$(mktemp -u)")
TMPDIR=$(mktemp -d -p "$memory" shelfcast-fuzz.XXXXXX)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
failed=
for target in $targets; do
    mkdir -p "$kept/corpus/$target" "$kept/artifacts/$target" "regressions/$target"
    seeds="$kept/corpus/$target corpus/$target regressions/$target"
    [ "$target" != contract ] || seeds="$seeds ../contracts"
    echo "== $target"
    # shellcheck disable=SC2086 # a list of folders
    nice -n 10 cargo +nightly fuzz run --sanitizer none "$target" $seeds -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
        -dict="dict/$target.dict" -artifact_prefix="$kept/artifacts/$target/" \
        -print_final_stats=1 >"$kept/$target.log" 2>&1 || failed="$failed $target"
    grep -E 'stat::number_of_executed_units|stat::peak_rss_mb|^SUMMARY|Test unit written' \
        "$kept/$target.log" || true
done
if [ -n "$failed" ]; then
    echo "failed:$failed; see $kept/artifacts" >&2
    exit 1
fi
