"""Forecasts the series of prepare.py with statsforecast, one model at a time, on one thread.

Usage: python peer.py SERIES_FILE OUT_DIR MODEL...

Writes OUT_DIR/<set>__<model>.txt, one series a line: id|mean|q.025|q.1|q.25|q.5|q.75|q.9|q.975,
and prints version, series and CPU milliseconds a series. The Rust example `backtest` scores the
file with the measures that it uses for our own models.
"""

import importlib.metadata
import pathlib
import sys
import time
import warnings

import numpy as np
from statsforecast import models

warnings.filterwarnings("ignore")
LEVELS = [50, 80, 95]
QUANTILES = ["lo-95", "lo-80", "lo-50", "mean", "hi-50", "hi-80", "hi-95"]


def read(path):
    for line in open(path):
        name, season_length, horizon, train, _ = line.rstrip("\n").split("|")
        yield name, int(season_length), int(horizon), np.array(train.split(","), dtype=float)


def build(name, season_length):
    if name in ("CrostonSBA", "ADIDA", "TSB"):
        return getattr(models, name)(**({"alpha_d": 0.1, "alpha_p": 0.1} if name == "TSB" else {}))
    if name == "Naive":
        return models.Naive()
    return getattr(models, name)(season_length=season_length)


def forecast(model, y, horizon):
    # Some models know no levels; where a model fails, the last value stands in.
    for options in ({"level": LEVELS}, {}):
        try:
            return model.forecast(y=y, h=horizon, **options)
        except Exception:
            continue
    return {"mean": np.repeat(y[-1], horizon)}


def main():
    series = list(read(sys.argv[1]))
    stem = pathlib.Path(sys.argv[1]).stem
    out = pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[3:]:
        # The first call compiles.
        forecast(build(name, series[0][1]), series[0][3], series[0][2])
        started, lines = time.process_time(), []
        for identity, season_length, horizon, y in series:
            got = forecast(build(name, season_length), y, horizon)
            columns = [got["mean"]] + [got.get(column, got["mean"]) for column in QUANTILES]
            text = "|".join(",".join(f"{v:.6g}" for v in column) for column in columns)
            lines.append(f"{identity}|{text}\n")
        milliseconds = (time.process_time() - started) * 1000 / len(series)
        (out / f"{stem}__sf_{name}.txt").write_text("".join(lines))
        version = importlib.metadata.version("statsforecast")
        print(f"statsforecast {version} {name} {stem} n={len(series)} cpu_ms={milliseconds:.3f}", flush=True)


if __name__ == "__main__":
    main()
