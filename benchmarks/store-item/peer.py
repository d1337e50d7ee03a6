"""Raw CSV to pictures with public tools: DuckDB, statsforecast's Theta and matplotlib.

Reads the file, sums by item and store, classes items by ABC, forecasts 42 days of each of the
500 series with 80 % and 95 % intervals, and draws the total, the Pareto bars and the forecast.
"""

import sys
from pathlib import Path

import duckdb
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from statsforecast import StatsForecast
from statsforecast.models import Theta


def main(file: str, out: str) -> None:
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute(f"create table sales as select * from read_csv('{file}')")
    series = connection.execute(
        "select store || '/' || item as unique_id, date as ds, sales::double as y"
        " from sales order by unique_id, ds"
    ).df()
    abc = connection.execute(
        "select item, sum(sales) as units from sales"
        " where date > (select max(date) from sales) - 365 group by item order by units desc"
    ).df()
    model = StatsForecast(models=[Theta(season_length=7)], freq="D", n_jobs=2)
    forecast = model.forecast(df=series, h=42, level=[80, 95])
    forecast.to_csv(folder / "forecasts.csv", index=False)

    total = series.groupby("ds")["y"].sum()
    figure, axes = plt.subplots(figsize=(12, 5))
    axes.plot(total.index, total.values)
    figure.savefig(folder / "total.png")
    figure, axes = plt.subplots(figsize=(12, 5))
    axes.bar(range(len(abc)), abc["units"])
    figure.savefig(folder / "abc.png")
    ahead = forecast.groupby("ds")[["Theta", "Theta-lo-80", "Theta-hi-80"]].sum()
    figure, axes = plt.subplots(figsize=(12, 5))
    axes.plot(ahead.index, ahead["Theta"])
    axes.fill_between(ahead.index, ahead["Theta-lo-80"], ahead["Theta-hi-80"], alpha=0.3)
    figure.savefig(folder / "forecast.png")


main(sys.argv[1], sys.argv[2])
