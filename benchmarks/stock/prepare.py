"""Writes the spare-parts workbooks as plain CSV files for the examples of crates/replay.

usage: prepare.py DATA OUT      DATA holds spare-parts/man.xlsx and spare-parts/oil-1b.xls
needs: openpyxl, xlrd
"""

import csv
import sys
from pathlib import Path

import openpyxl
import xlrd

FIRST_SKU_ROW = 7
FIRST_WEEK_COLUMN = 9
WEEKS = 150


def number(value):
    """A cell as a number; blanks and texts are 0."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def man(source, target):
    """id, unit cost, lead time in weeks, minimum order, then 150 weeks of demand."""
    sheet = openpyxl.load_workbook(source, read_only=True)["Data"]
    with target.open("w", newline="") as file:
        out = csv.writer(file)
        count = 0
        for row in sheet.iter_rows(min_row=FIRST_SKU_ROW, values_only=True):
            if not isinstance(row[2], (int, float)) or not isinstance(row[5], (int, float)):
                continue
            count += 1
            weeks = [max(number(v), 0.0) for v in row[FIRST_WEEK_COLUMN : FIRST_WEEK_COLUMN + WEEKS]]
            out.writerow([f"sku-{count}", row[2], int(row[5]), int(number(row[7]))] + weeks)
    print(f"{count} SKUs")


def oil(source, target):
    """material, delivery days, min, max, stock, price."""
    sheet = xlrd.open_workbook(source).sheet_by_name("Data 1b")
    with target.open("w", newline="") as file:
        out = csv.writer(file)
        for index in range(1, sheet.nrows):
            row = sheet.row_values(index)
            out.writerow([f"{row[0]:.0f}"] + [number(value) for value in row[1:6]])
    print(f"{sheet.nrows - 1} materials")


if __name__ == "__main__":
    data, out = Path(sys.argv[1]) / "spare-parts", Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    man(data / "man.xlsx", out / "man.csv")
    oil(data / "oil-1b.xls", out / "oil.csv")
