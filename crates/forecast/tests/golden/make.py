"""Writes golden.csv: forecasts of statsforecast that tests/golden.rs compares with.

Usage: python make.py > golden.csv   (statsforecast 2.1.1)

Each line: case, numbers of the case (parameters and starting states), forecasts of the next 12
periods. Series are made here and written too, so that nothing else is needed.
"""

import importlib.metadata

import numpy as np
from statsforecast import models

H = 12


def series():
    n = 60
    t = np.arange(n)
    wiggle = np.array([((k * 7919 + 13) % 101) / 101 - 0.5 for k in range(n)])
    season = np.tile([1.2, 0.9, 0.7, 1.2], n // 4)
    smooth = (100 + 1.5 * t) * season + 8 * wiggle
    demand = np.where((t * 37 + 11) % 5 < 2, (t * 13) % 7 + 1, 0).astype(float)
    return {"smooth": np.round(smooth, 3), "demand": demand}


def line(name, numbers, forecast):
    text = lambda values: " ".join(f"{float(value):.17g}" for value in values)
    print(f"{name},{text(numbers)},{text(forecast)}")


def main():
    all_series = series()
    print(f"# statsforecast {importlib.metadata.version('statsforecast')}")
    for name, y in all_series.items():
        line(f"series {name}", [], y)
    smooth, demand = all_series["smooth"], all_series["demand"]
    for spec, damped in [("ANN", False), ("AAN", True), ("ANA", False), ("AAA", False),
                         ("AAA", True), ("MNM", False), ("MAM", True), ("MNN", False)]:
        model = models.AutoETS(season_length=4, model=spec, damped=damped).fit(smooth)
        fit = model.model_
        code = fit["components"]
        par = np.asarray(fit["par"], dtype=float)
        # alpha, beta, gamma, phi, then states: level, trend, season (newest phase first).
        states = np.asarray(fit["states"])[0]
        fixed = [0.0 if np.isnan(value) else value for value in par[:4]]
        line(f"ets {spec}{'d' if damped else ''} {code}", list(fixed) + list(states),
             model.predict(H)["mean"])
    ses = models.SimpleExponentialSmoothing(alpha=0.3).fit(smooth)
    line("ses 0.3", [0.3], ses.predict(H)["mean"])
    theta = models.Theta(season_length=4).fit(smooth)
    line("theta", [], theta.predict(H)["mean"])
    dynamic = models.DynamicOptimizedTheta(season_length=4).fit(smooth)
    line("dynamic_theta", [], dynamic.predict(H)["mean"])
    line("croston", [], models.CrostonClassic().fit(demand).predict(H)["mean"])
    line("syntetos_boylan", [], models.CrostonSBA().fit(demand).predict(H)["mean"])
    line("tsb 0.1 0.06", [], models.TSB(alpha_d=0.1, alpha_p=0.06).fit(demand).predict(H)["mean"])
    line("adida", [], models.ADIDA().fit(demand).predict(H)["mean"])
    line("window_average", [], models.WindowAverage(window_size=7).fit(demand).predict(H)["mean"])
    line("seasonal_naive", [], models.SeasonalNaive(season_length=4).fit(smooth).predict(H)["mean"])


if __name__ == "__main__":
    main()
