"""Writes a CSV of sales of about so many gigabytes; the same bytes every time."""

import sys

gigabytes = float(sys.argv[1])
limit = int(gigabytes * 1e9)
out = sys.stdout.buffer
written = out.write(b"sale_id,sold_at,product_id,store_id,customer_id,quantity,unit_price\n")
state, number = 7, 0
while written < limit:
    rows = []
    for _ in range(20_000):
        state = (state * 6364136223846793005 + 1442695040888963407) & (2**64 - 1)
        dice = state >> 33
        day = number // 40_000
        rows.append(
            f"{number // 3},20{20 + day // 336:02d}-{1 + day // 28 % 12:02d}-{1 + day % 28:02d} "
            f"{dice % 24:02d}:{dice % 60:02d}:00,P{dice % 5_000:05d},S{dice % 97:03d},"
            f"C{dice % 90_001:06d},{1 + dice % 9},{dice % 400}.{dice % 100:02d}\n"
        )
        number += 1
    written += out.write("".join(rows).encode())
