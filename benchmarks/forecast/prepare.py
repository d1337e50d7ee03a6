"""Writes the benchmark's series as text, one a line: id|season_length|horizon|train|test, and
|name=values for each driver, of train and test.

Usage: python prepare.py OUT_DIR [STRIDE]

Reads M3 Monthly and M4 Weekly with their official splits and the M5 item x store series with
their last 28 days held out, every STRIDE-th of them (default 5), and sets that only coverage is
measured on. A period that was not recorded is nan. Data is found through
SHELFCAST_TEST_DATA. Needs pandas and pyarrow.
"""

import os
import pathlib
import sys

import numpy as np
import pandas as pd

DATA = pathlib.Path(os.environ.get("SHELFCAST_TEST_DATA", "../shared/data"))


def write(path, rows):
    def text(values):
        return ",".join(f"{value:.10g}" for value in values)

    with open(path, "w") as out:
        for name, season_length, horizon, train, test, *drivers in rows:
            fields = [f"{name}|{season_length}|{horizon}|{text(train)}|{text(test)}"]
            fields += [f"{driver}={text(values)}" for driver, values in drivers]
            out.write("|".join(fields) + "\n")


def m3_monthly():
    frame = pd.read_csv(DATA / "m3/m3_monthly_long.csv.gz")
    frame = frame.sort_values(["series", "part", "period_index"])
    for (name, kind), rows in frame.groupby(["series", "type"], sort=True):
        part = {key: values["value"].to_numpy() for key, values in rows.groupby("part")}
        yield f"{name}-{kind}", 12, len(part["test"]), part["train"], part["test"]


def m4_weekly():
    train = pd.read_csv(DATA / "m4/Weekly-train.csv.gz", index_col=0)
    test = pd.read_csv(DATA / "m4/Weekly-test.csv.gz", index_col=0)
    for name in train.index:
        yield name, 52, 13, train.loc[name].dropna().to_numpy(), test.loc[name].to_numpy()


def m5_items(stride):
    frame = pd.read_parquet(DATA / "m5/items_daily.parquet").sort_values(["id", "date"])
    for position, (name, rows) in enumerate(frame.groupby("id", sort=True)):
        units = rows["quantity"].to_numpy(dtype=float)
        if position % stride == 0 and len(units) >= 84:
            yield name, 7, 28, units[:-28], units[-28:]


def m5_departments():
    """Store x department totals: the last 448 days of the file, the last 28 held out."""
    frame = pd.read_csv(DATA / "m5/store_dept_daily.csv")
    days = [column for column in frame.columns if column.startswith("d_")][-448:]
    for position, row in frame.iterrows():
        units = row[days].to_numpy(dtype=float)
        yield f"department-{position}", 7, 28, units[:-28], units[-28:]


def store_item():
    """The last two years of all 500 series, simulated and clean."""
    frame = pd.read_csv(DATA / "store-item/train.csv.gz")
    for (store, item), rows in frame.groupby(["store", "item"], sort=True):
        units = rows.sort_values("date")["sales"].to_numpy(dtype=float)[-730:]
        yield f"store-{store}-item-{item}", 7, 28, units[:-28], units[-28:]


def orange_juice(with_drivers):
    """Store x brand weeks of Dominick's, where at least 100 were recorded; others are nan.

    Drivers are the brand's own price, deal and feature, as the file has them; in weeks that were
    not recorded the price stays and nothing acts.
    """
    frame = pd.read_csv(DATA / "orange-juice/orange_juice.csv.gz")
    frame["units"] = np.exp(frame["logmove"]).round()
    for (store, brand), rows in frame.groupby(["store", "brand"], sort=True):
        if len(rows) >= 100:
            weeks = rows.set_index("week")
            weeks = weeks.reindex(range(weeks.index.min(), weeks.index.max() + 1))
            units = weeks["units"].to_numpy()
            drivers = [("own_price", weeks[f"price{brand}"].ffill().to_numpy())]
            drivers += [(name, weeks[name].fillna(0).to_numpy()) for name in ("deal", "feat")]
            name = f"store-{store}-brand-{brand}"
            yield name, 52, 8, units[:-8], units[-8:], *(drivers if with_drivers else [])


def car_parts():
    frame = pd.read_csv(DATA / "carparts/carparts.csv").drop(columns="t")
    for name in frame.columns:
        units = frame[name].dropna().to_numpy()
        if len(units) >= 36:
            yield name, 12, 3, units[:-3], units[-3:]


EVENTS = ["NewYear", "SuperBowl", "ValentinesDay", "Easter", "Mother's day", "MemorialDay",
          "Father's day", "IndependenceDay", "LaborDay", "Thanksgiving"]


def m5_levels(path):
    """All 70 store x department totals with what the calendar tells of each day.

    First `closed|values` and `driver|name|state or *|values`, then
    `series|state|store|category|department|values`; days from d_15 on, where the calendar begins.
    """
    calendar = pd.read_csv(DATA / "m5/calendar.csv")
    frame = pd.read_csv(DATA / "m5/store_dept_daily.csv")
    days = calendar["d"].tolist()
    day_of_month = pd.to_datetime(calendar["date"]).dt
    angle = 2 * np.pi * (day_of_month.day - 1) / day_of_month.days_in_month
    drivers = [(f"month_{name}{times}", "*", function(times * angle))
               for times in (1, 2) for name, function in (("cos", np.cos), ("sin", np.sin))]
    drivers += [("snap", state, calendar[f"snap_{state}"]) for state in ("CA", "TX", "WI")]
    drivers += [(event, "*", (calendar["event_name_1"] == event).astype(float)) for event in EVENTS]
    text = lambda values: ",".join(f"{value:.5g}" for value in values)
    with open(path, "w") as out:
        out.write(f"closed|{text((calendar['event_name_1'] == 'Christmas').astype(float))}\n")
        for name, state, values in drivers:
            out.write(f"driver|{name}|{state}|{text(values)}\n")
        for _, row in frame.iterrows():
            keys = [row["state_id"], row["store_id"], row["cat_id"], row["dept_id"]]
            units = ",".join(str(int(row[day])) for day in days)
            out.write(f"series|{'|'.join(keys)}|{units}\n")


def main():
    out = pathlib.Path(sys.argv[1])
    stride = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    out.mkdir(parents=True, exist_ok=True)
    write(out / "m3_monthly.txt", m3_monthly())
    write(out / "m4_weekly.txt", m4_weekly())
    write(out / "m5_items.txt", m5_items(stride))
    write(out / "m5_departments.txt", m5_departments())
    write(out / "store_item.txt", store_item())
    write(out / "orange_juice.txt", orange_juice(False))
    write(out / "orange_juice_drivers.txt", orange_juice(True))
    write(out / "car_parts.txt", car_parts())
    m5_levels(out / "m5_levels.txt")


if __name__ == "__main__":
    main()
