"""Works out facts a second time, day by day in plain Python, and compares them with the marts.

Usage: recompute.py path/to/shelfcast path/to/project

Reads what came in (the staging tables), the clock, and where the project's trading calendar begins its
months; shares no SQL with the models. Prints a
line for each fact with the rows compared, and ends with 1 when one differs.
"""

import io
import subprocess
import sys
from collections import defaultdict, deque
from datetime import timedelta
from decimal import Decimal

import polars as pl

program, project = sys.argv[1:3]
failures = 0


def rows(sql):
    command = [program, "-C", project, "query", sql, "--format", "parquet"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return pl.read_parquet(io.BytesIO(done.stdout)).to_dicts()


def compare(name, ours, theirs, tolerance=Decimal("0.01")):
    """Two dictionaries of numbers: the same keys, and values within a cent (or so many units)."""
    global failures
    wrong = set(ours) ^ set(theirs)
    for key in set(ours) & set(theirs):
        one, other = ours[key], theirs[key]
        if (one is None) != (other is None):
            wrong.add(key)
        elif one is not None and abs(Decimal(str(one)) - Decimal(str(other))) > tolerance:
            wrong.add(key)
    print(f"{'differs' if wrong else 'agrees':8} {name:45} {len(ours):8} rows")
    for key in sorted(wrong, key=str)[:5]:
        print(f"         {key}: recomputed {ours.get(key)}, mart {theirs.get(key)}")
    failures += bool(wrong)


clock = rows("select * from intermediate.clock")[0]
today = clock["business_date"]
products = {row["product_id"]: row for row in rows("select * from staging.products")}
sales = [row for row in rows("select * from staging.sales") if row["sold_on"] < today]
month_starts = {row["day"]: row["month_start"] for row in
                rows("select distinct day, month_start from intermediate.calendar")}
sales.sort(key=lambda row: (row["sold_at"], row["_sequence"], row["_ordinal"]))


def is_zero(value):
    return value is None or value == 0


def match_cancellations():
    """Each cancellation takes back the latest sale before it that fits, each sale once."""
    open_sales = defaultdict(list)
    wanted = defaultdict(list)
    for index, row in enumerate(sales):
        key = (row["product_id"], row["location_id"], row["customer_id"] or "",
               row["unit_price"] or Decimal(0), abs(row["quantity"]))
        if row["kind"] == "sale" and row["quantity"] > 0:
            open_sales[key].append(index)
        elif row["kind"] == "cancellation" and row["quantity"] < 0:
            candidates = [
                sale for sale in open_sales[key]
                if row["sold_at"] - timedelta(days=7) <= sales[sale]["sold_at"] <= row["sold_at"]
            ]
            if candidates:
                wanted[candidates[-1]].append(index)
    return {sale: found[0] for sale, found in wanted.items()}


matched = match_cancellations()
cancelling = set(matched.values())
month, product_value, customer_days, daily = (
    defaultdict(Decimal), defaultdict(Decimal), defaultdict(set), defaultdict(Decimal))
customer_money, weekly = defaultdict(Decimal), defaultdict(Decimal)
for index, row in enumerate(sales):
    if row["kind"] not in ("sale", "return", "cancellation"):
        continue
    price = row["unit_price"]
    if price is None:
        price = products.get(row["product_id"], {}).get("unit_price")
    net = row["total"]
    if net is None and price is not None:
        net = (row["quantity"] * price * (1 - row["discount"])).quantize(Decimal("0.0001"))
    net = net or Decimal(0)
    day = row["sold_on"]
    month[month_starts[day]] += net
    if day >= today - timedelta(days=365):
        product_value[row["product_id"]] += net
    sold = row["quantity"] if row["kind"] == "sale" and index not in matched else Decimal(0)
    if index in cancelling:
        returned = Decimal(0)
    else:
        returned = -row["quantity"] if row["kind"] != "sale" else Decimal(0)
    daily[row["product_id"], row["location_id"], day] += 0
    daily[row["product_id"], row["location_id"], day] += sold
    if row["customer_id"] is not None:
        customer_money[row["customer_id"]] += net
        if sold > 0:
            customer_days[row["customer_id"]].add(day)

marts = rows("select period_start, net from marts.sales_by_period "
             "where frequency = 'month' and dimension = 'total'")
compare("net by month", dict(month), {row["period_start"]: row["net"] for row in marts})
for dimension in ("location", "category", "payment_method", "segment", "discount_band"):
    marts = rows("select period_start, sum(net) as net from marts.sales_by_period where "
                 f"frequency = 'month' and dimension = '{dimension}' group by period_start")
    compare(f"net by month, summed over {dimension}", dict(month),
            {row["period_start"]: row["net"] for row in marts})
marts = rows("select product_id, location_id, day, units from marts.daily_sales")
compare("units by product, place and day", dict(daily),
        {(row["product_id"], row["location_id"], row["day"]): row["units"] for row in marts})


def abc():
    values = {product: max(value, Decimal(0)) for product, value in product_value.items()}
    total = sum(values.values())
    if total == 0:
        return {}
    classes, before = {}, Decimal(0)
    for product in sorted(values, key=lambda product: (-values[product], product)):
        share = before / total
        classes[product] = 1 if share < Decimal("0.8") else 2 if share < Decimal("0.95") else 3
        before += values[product]
    return classes


if any(product_value.values()):
    marts = rows("select product_id, abc_class from marts.abc")
    compare("ABC class", abc(), {row["product_id"]: " ABC".index(row["abc_class"]) for row in marts})

marts = rows("select customer_id, frequency, recency_days, monetary from marts.customers")
compare("customers: days with a purchase",
        {customer: len(days) for customer, days in customer_days.items()},
        {row["customer_id"]: row["frequency"] for row in marts})
compare("customers: days since the last purchase",
        {customer: (today - max(days)).days for customer, days in customer_days.items()},
        {row["customer_id"]: row["recency_days"] for row in marts})
compare("customers: money",
        {customer: customer_money[customer] for customer in customer_days},
        {row["customer_id"]: row["monetary"] for row in marts})


def ledger():
    """Runs every counted product at a place through its days; only where receipts are known."""
    receipts, other = defaultdict(Decimal), defaultdict(Decimal)
    signs = {"customer_return": 1, "transfer_in": 1, "count_adjustment": 1,
             "supplier_return": -1, "transfer_out": -1, "write_off": -1}
    movements = rows("select * from staging.movements")
    for row in movements:
        key = (row["product_id"], row["location_id"], row["moved_on"])
        if row["kind"] == "receipt":
            receipts[key] += row["quantity"]
        else:
            other[key] += signs[row["kind"]] * row["quantity"]
    if not any(row["kind"] == "receipt" for row in movements):
        lines = {(row["order_id"], row["line"]): row for row in rows("select * from staging.purchase_orders")}
        for row in rows("select * from staging.receipts"):
            line = lines.get((row["order_id"], row["line"]))
            if line:
                receipts[line["product_id"], line["location_id"], row["received_on"]] += row["quantity"]
    returned = {(row["product_id"], row["location_id"], row["day"]): row["returned_units"]
                for row in rows("select product_id, location_id, day, returned_units from marts.daily_sales")}
    counts = defaultdict(dict)
    for row in rows("select * from staging.stock"):
        counts[row["product_id"], row["location_id"]][row["counted_on"]] = row["on_hand"]
    closing, layers = {}, {}
    for (product, location), counted in counts.items():
        day = min(counted)
        stock, fifo = None, deque()
        while day < today:
            key = (product, location, day)
            if stock is not None:
                stock += (receipts.get(key, 0) + other.get(key, 0) + returned.get(key, 0)
                          - daily.get(key, Decimal(0)))
            if day in counted:
                stock = counted[day]
            closing[key] = stock
            day += timedelta(days=1)
    return closing


if clock["receipts_are_known"]:
    closing = ledger()
    marts = rows("select product_id, location_id, day, on_hand_low from marts.stock_ledger "
                 "where basis in ('counted', 'derived')")
    compare("stock at the close of every known day", closing,
            {(row["product_id"], row["location_id"], row["day"]): row["on_hand_low"] for row in marts})
    sums, n_days = defaultdict(Decimal), defaultdict(int)
    for (product, location, day), stock in closing.items():
        if day >= today - timedelta(days=365):
            sums[product, location] += max(stock, Decimal(0))
            n_days[product, location] += 1
    average = {}
    for (product, location), total in sums.items():
        cost = products.get(product, {}).get("unit_cost")
        if n_days[product, location] >= 28 and cost is not None:
            average[product, location] = total / n_days[product, location] * cost
    marts = rows("select product_id, location_id, average_stock_value from marts.stock_facts "
                 "where average_stock_value is not null")
    compare("average stock value", average,
            {(row["product_id"], row["location_id"]): row["average_stock_value"] for row in marts})
sys.exit(failures > 0)
