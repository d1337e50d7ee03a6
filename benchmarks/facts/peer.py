"""Runs the SQL of the facts in DuckDB over the same rows, and compares what comes out.

Usage: peer.py path/to/shelfcast path/to/project build.json folder-for-duckdb

`build.json` is what `shelfcast build --json` printed. The models are those that call no demand
model or order function, in build order; what they read besides comes from the lake as it is.
The SQL is rewritten only where the dialects differ: days as numbers, structs, the table step that
lays days out. Prints a row for each model: seconds here and there, and whether the row counts and
the sums of all exact columns are the same. Ends with 1 when they are not.
"""

import io
import json
import re
import subprocess
import sys
import time

import duckdb
import polars as pl

program, project, build, folder = sys.argv[1:5]
FUNCTIONS = re.compile(
    r"\b(fit_demand|demand_profile|seasonal_pool|calibrate_demand|demand_holdout|forecast|plan_order"
    r"|project_stock|combine_stock|explain_demand|sample_paths|measured_lead_time|business_day)\("
)
# Made by demand models or orders; what reads it is not a fact about the past.
OF_THE_FUTURE = {"marts.projected_stock": "marts.stock_ledger"}


def shelfcast(*arguments):
    done = subprocess.run([program, "-C", project, *arguments], stdout=subprocess.PIPE, check=True)
    return done.stdout


def closing(text, start):
    depth = 0
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    raise ValueError(text[start : start + 80])


def rewrite_calls(text, name, rewrite):
    """Every call of `name`, the innermost first, through `rewrite(arguments as text)`."""
    places = [match.start() for match in re.finditer(rf"\b{name}\(", text)]
    for start in reversed(places):
        open_at = start + len(name)
        end = closing(text, open_at)
        text = text[:start] + rewrite(text[open_at + 1 : end]) + text[end + 1 :]
    return text


def arguments(text):
    parts, depth, last = [], 0, 0
    for place, letter in enumerate(text):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append(text[last:place].strip())
            last = place + 1
    return [*parts, text[last:].strip()]


def cast(inner):
    what, kind = inner.rsplit(" as ", 1)
    if kind == "int":
        # A day as a number; numbers stay what they are.
        if re.search(r"floor|_days\b(?!\.)|\bblock\b", what):
            return f"cast({what} as int)"
        return f"cast(cast({what} as date) - date '1970-01-01' as int)"
    if kind == "date" and "interval" not in what and "date_trunc" not in what:
        return f"as_day({what})"
    return f"cast({what} as {kind})"


def struct(inner):
    parts = arguments(inner)
    pairs = zip(parts[::2], parts[1::2])
    return "{" + ", ".join(f"{name}: {value}" for name, value in pairs) + "}"


def translated(model):
    sql = re.sub(r"--[^\n]*", "", model["sql"])
    sql = rewrite_calls(sql, "cast", cast)
    sql = rewrite_calls(sql, "named_struct", struct)
    sql = rewrite_calls(sql, "make_array", lambda inner: f"list_value({inner})")
    step = re.search(r"-- step: lay_out_days: (\w+)", model["sql"])
    if step:
        day = step.group(1)
        sql = (
            f"select * exclude (from_day, until_day), unnest(generate_series(from_day, until_day,"
            f" interval '1' day))::date as {day} from ({sql})"
        )
    return sql


def reads(model):
    sql = re.sub(r"--[^\n]*", "", model["sql"])
    return set(re.findall(r"\b(?:from|join|,)\s+((?:staging|intermediate|marts|config|previous)\.\w+)", sql))


models = [json.loads(line) for line in shelfcast("models", "--json").splitlines()]
seconds = {row["model"]: row["seconds"] for row in json.load(open(build))["models"]}
built = list(seconds)
models.sort(key=lambda model: built.index(model["model"]))
not_facts, facts = set(), []
for model in models:
    name = model["model"]
    late = {found for found in reads(model) & not_facts if OF_THE_FUTURE.get(found) != name}
    if name.startswith("staging."):
        continue
    if FUNCTIONS.search(model["sql"]) or late - {"marts.lead_times"}:
        not_facts.add(name)
    else:
        facts.append(model)
names = {model["model"] for model in facts}
inputs = set().union(*(reads(model) for model in facts)) - names

database = duckdb.connect(f"{folder}/facts.duckdb")
database.execute("set threads = 2; set memory_limit = '6GiB'; set integer_division = true")
database.execute(f"set temp_directory = '{folder}/spilled'")
database.execute("create macro as_day(n) as date '1970-01-01' + n::integer")
for schema in ("staging", "intermediate", "marts", "config", "previous", "raw"):
    database.execute(f"create schema {schema}")
for name in sorted(inputs - {"previous.product_classes"}):
    path = f"{folder}/{name}.parquet"
    with open(path, "wb") as file:
        file.write(shelfcast("query", f"select * from {name}", "--format", "parquet"))
    database.execute(f"create table {name} as select * from '{path}'")

# A first build has none before it.
classes = "product_id, abc_class, xyz_class, business_date, previous_abc_class, previous_xyz_class, previous_business_date"
with open(f"{folder}/classes.parquet", "wb") as file:
    sql = f"select {classes} from marts.product_classes where false"
    file.write(shelfcast("query", sql, "--format", "parquet"))
database.execute(f"create table previous.product_classes as select * from '{folder}/classes.parquet'")


def totals(run, name, columns):
    exact = [column for column, kind in columns if re.match(r"DECIMAL|BIGINT|INTEGER|HUGEINT", kind)]
    sums = ", ".join(f'sum(cast("{column}" as decimal(38, 4))) as "{column}"' for column in exact)
    return run(f"select count(*) as n_rows{', ' + sums if sums else ''} from {name}")


def there(sql):
    return [str(value) for value in database.execute(sql).fetchone()]


def here(sql):
    table = pl.read_parquet(io.BytesIO(shelfcast("query", sql, "--format", "parquet")))
    return [str(value) for value in table.row(0)]


print("| model | rows | Shelfcast s | DuckDB s | |")
print("|---|---|---|---|---|")
ours, theirs, differ = 0.0, 0.0, 0
for model in facts:
    name = model["model"]
    started = time.perf_counter()
    try:
        database.execute(f"create table {name} as {translated(model)}")
    except duckdb.Error as error:
        print(f"{name}: {error}\n{translated(model)}", file=sys.stderr)
        raise
    took = time.perf_counter() - started
    columns = [row[:2] for row in database.execute(f"describe {name}").fetchall()]
    left, right = totals(here, name, columns), totals(there, name, columns)
    same = [float(value) if value != "None" else None for value in left] == [
        float(value) if value != "None" else None for value in right
    ]
    if not same:
        differ += 1
        print(f"{name}: {left} here, {right} there", file=sys.stderr)
    print(f"| {name} | {left[0]} | {seconds[name]:.2f} | {took:.2f} | {'' if same else 'differs'} |")
    ours, theirs = ours + seconds[name], theirs + took
print(f"| all {len(facts)} | | {ours:.1f} | {theirs:.1f} | {ours / theirs:.2f} x |")
sys.exit(bool(differ))
