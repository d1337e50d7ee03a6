#!/usr/bin/env bash
# Memory and time of the demand models for many daily series, through SQL: the whole build of a
# project whose demand table is laid out by a query instead of coming from sales.
#
# Usage: benchmarks/forecast/through_sql.sh SHELFCAST [SERIES [DAYS]]
set -euo pipefail

program="$(realpath "$1")"
series="${2:-100000}"
days="${3:-1096}"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"

"$program" simulate --size sample --seed 7 --out data >/dev/null
"$program" init shop --from data/*.csv >/dev/null
mkdir -p shop/models/intermediate
# A quarter of the series each sells often, seldom, at weekends, and in lumps.
cat >shop/models/intermediate/demand_series.sql <<SQL
-- One row per series and day, laid out for a benchmark.
-- key: series_level, series_id, measure, period_start
-- sorted: series_level, series_id, category, measure, frequency, period_start
with numbered as (
    select
        series.value as number,
        days.value as day,
        (series.value * 7919 + days.value * 104729 + series.value * days.value % 977) % 101 as chance
    from generate_series(1, $series) as series
    cross join generate_series(1, $days) as days
)

select
    'product_location' as series_level,
    'P' || lpad(cast(number as varchar), 7, '0') || '@main' as series_id,
    'C' || cast(number % 20 as varchar) as category,
    'units' as measure,
    'day' as frequency,
    cast(cast(date '2022-01-02' as int) + cast(day as int) as date) as period_start,
    cast(
        case number % 4
            when 0 then 5 + chance % 7 + case when day % 7 >= 5 then 4 else 0 end
            when 1 then case when chance < 20 then 1 + chance % 3 else 0 end
            when 2 then case when day % 7 >= 5 then 2 + chance % 5 else 0 end
            else case when chance < 10 then 1 + chance * chance % 23 else 0 end
        end as double
    ) as units,
    'observed' as availability,
    'main' as place_id,
    cast(null as double) as promotion,
    cast(null as double) as price,
    cast(null as double) as holiday,
    cast(null as double) as holiday_eve,
    cast(null as double) as event,
    cast(null as double) as closed,
    cast(null as double) as payday
from numbered
order by series_level, series_id, category, measure, frequency, period_start
SQL
/usr/bin/time -f '%e s elapsed, %U s user, %S s system, %M KiB at most' \
  "$program" -C shop run --json >build.json
python3 - build.json <<'PY'
import json
import sys

summary = json.load(open(sys.argv[1]))
for model in summary.get("build", summary)["models"]:
    if model["seconds"] > 1 or "demand" in model["model"] or "forecast" in model["model"]:
        print(f"{model['model']}: {model['rows']} rows, {model['seconds']:.1f} s")
PY
