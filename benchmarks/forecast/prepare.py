"""Writes the benchmark's series as text, one a line: id|season_length|horizon|train|test.

Usage: python prepare.py OUT_DIR [STRIDE]

Reads M3 Monthly and M4 Weekly with their official splits and the M5 item x store series with
their last 28 days held out, every STRIDE-th of them (default 5). Data is found through
SHELFCAST_TEST_DATA. Needs pandas and pyarrow.
"""

import os
import pathlib
import sys

import pandas as pd

DATA = pathlib.Path(os.environ.get("SHELFCAST_TEST_DATA", "../shared/data"))


def write(path, rows):
    def text(values):
        return ",".join(f"{value:.10g}" for value in values)

    with open(path, "w") as out:
        for name, season_length, horizon, train, test in rows:
            out.write(f"{name}|{season_length}|{horizon}|{text(train)}|{text(test)}\n")


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


def main():
    out = pathlib.Path(sys.argv[1])
    stride = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    out.mkdir(parents=True, exist_ok=True)
    write(out / "m3_monthly.txt", m3_monthly())
    write(out / "m4_weekly.txt", m4_weekly())
    write(out / "m5_items.txt", m5_items(stride))
    write(out / "m5_departments.txt", m5_departments())


if __name__ == "__main__":
    main()
