"""The three original files with Faker, row by row, as scripts of the kind do it.

Usage: peer.py DIR SALES
"""

import csv
import random
import sys
import uuid
from pathlib import Path

from faker import Faker

folder, n_sales = Path(sys.argv[1]), int(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
Faker.seed(7)
random.seed(7)
fake = Faker()


def write(name, header, rows):
    with open(folder / name, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


customers = [str(uuid.UUID(int=random.getrandbits(128))) for _ in range(1_000)]
write(
    "customer_data.csv",
    ["Customer ID", "Name", "Email", "Phone Number", "Address"],
    ([key, fake.name(), fake.email(), fake.phone_number(), fake.address()] for key in customers),
)
products = [
    (str(uuid.UUID(int=random.getrandbits(128))), fake.word(), round(random.uniform(5, 500), 2))
    for _ in range(200)
]
write("inventory_data.csv", ["Product ID", "Product Name", "Selling Price"], products)


def sales():
    for _ in range(n_sales):
        product, _, price = random.choice(products)
        quantity, discount = random.randint(1, 10), round(random.uniform(0, 0.25), 2)
        yield [
            uuid.UUID(int=random.getrandbits(128)),
            random.choice(customers),
            product,
            quantity,
            price,
            discount,
            round(price * quantity * (1 - discount), 2),
            random.choice(["Cash", "Credit Card", "PayPal", "Gift Card"]),
            fake.date_time_between("-1y", "now"),
        ]


write(
    "sales_data.csv",
    ["Transaction ID", "Customer ID", "Product ID", "Quantity", "Price per Unit", "Discount",
     "Total Amount", "Payment Method", "Transaction Date"],
    sales(),
)
