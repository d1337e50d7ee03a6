"""Runs `shelfcast series` on a set of prepare.py and writes its forecasts as the scorer reads them.

Usage: python series.py SHELFCAST SET.txt OUT_DIR [--inside N]

The training part becomes a long CSV (`unique_id, ds, y`, periods numbered from 1; days so that all
series end together), the forecasts become `id|mean|quantiles...`, to be scored by
`backtest SET.txt --peer OUT_DIR/SET__series.txt`. With `--inside N` the test part is not touched, as
in the scorer.
"""

import csv
import os
import pathlib
import resource
import subprocess
import sys

FREQUENCIES = {7: "day", 52: "week", 12: "month"}
ENDS = ["lo-95", "lo-80", "lo-50", "median", "hi-50", "hi-80", "hi-95"]


def read(path, inside):
    for line in open(path):
        name, season_length, horizon, train, _ = line.rstrip("\n").split("|")
        horizon, train = int(horizon), train.split(",")
        if inside is not None:
            cutoff = len(train) - horizon - 3 * inside
            if cutoff < 0:
                continue
            train = train[:cutoff]
        if len(train) >= 10 and any(float(value) > 0 for value in train):
            yield name, int(season_length), horizon, train


def main():
    program, path, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    inside = int(sys.argv[5]) if sys.argv[4:5] == ["--inside"] else None
    items = list(read(path, inside))
    _, season_length, horizon, _ = items[0]
    out.mkdir(parents=True, exist_ok=True)
    long, answer = out / f"{path.stem}.csv", out / f"{path.stem}_forecasts.csv"
    with open(long, "w") as file:
        file.write("unique_id,ds,y\n")
        for name, _, _, train in items:
            first = 100_000 - len(train) if season_length == 7 else 1
            file.writelines(f"{name},{first + at},{y}\n" for at, y in enumerate(train))
    command = [program, "series", long, "--horizon", str(horizon), "--season-length",
               str(season_length), "--freq", FREQUENCIES[season_length], "--levels", "50,80,95",
               "--out", answer]
    command += os.environ.get("SERIES_OPTIONS", "").split()
    subprocess.run(command, check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = used.ru_utime + used.ru_stime
    print(f"{path.stem}: {len(items)} series, {seconds:.1f} CPU s, "
          f"{seconds * 1000 / len(items):.2f} ms a series, {used.ru_maxrss / 1024:.0f} MiB")
    columns = {}
    for row in csv.DictReader(open(answer)):
        series = columns.setdefault(row["unique_id"], {key: [] for key in ["mean", *ENDS]})
        for key, values in series.items():
            values.append(row[key])
    with open(out / f"{path.stem}__series.txt", "w") as file:
        for name, series in columns.items():
            file.write("|".join([name, *(",".join(values) for values in series.values())]) + "\n")


if __name__ == "__main__":
    main()
