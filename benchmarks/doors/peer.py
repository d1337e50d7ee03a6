"""Reads the files into a typed table with DuckDB, keeping what does not fit."""

import os
import sys
from pathlib import Path

import duckdb

folder, database = Path(sys.argv[1]), sys.argv[2]
if os.path.exists(database):
    os.remove(database)
connection = duckdb.connect(database)
connection.execute(
    """
    create table sales as
    select * from read_csv(
        ?, header = true, store_rejects = true, filename = true,
        columns = {
            'InvoiceNo': 'varchar', 'StockCode': 'varchar', 'Description': 'varchar',
            'Quantity': 'integer', 'InvoiceDate': 'timestamp', 'UnitPrice': 'decimal(18, 4)',
            'CustomerID': 'varchar', 'Country': 'varchar'
        }
    )
    """,
    [str(folder / "*.csv")],
)
connection.execute("create table rejected as select * from reject_errors")
print(connection.execute("select count(*) from sales").fetchone())
connection.close()
