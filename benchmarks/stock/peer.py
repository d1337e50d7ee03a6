"""Compares closed forms with stockpyl on random instances, and its simulation with a replay.

usage: peer.py CLOSED_FORMS ITEM_DAYS
       CLOSED_FORMS  the built example closed_forms of crates/inventory
       ITEM_DAYS     the built example item_days of crates/replay
needs: stockpyl
"""

import subprocess
import sys
import time
from collections import defaultdict
from importlib.metadata import version

from stockpyl.eoq import economic_order_quantity
from stockpyl.loss_functions import standard_normal_loss
from stockpyl.newsvendor import newsvendor_normal
from stockpyl.rq import r_q_eil_approximation
from stockpyl.sim import simulation
from stockpyl.supply_chain_network import single_stage_system

MEAN, LEAD_TIME, BASE_STOCK = 10, 4, 60
PEER_PERIODS, OUR_PERIODS = 2_000, 1_000_000


def expected(name, p):
    """stockpyl's answers to an instance."""
    if name == "eoq":
        return economic_order_quantity(p[0], p[1], p[2])[:1]
    if name == "newsvendor":
        return newsvendor_normal(p[0], p[1], p[2], p[3])
    if name == "loss":
        return standard_normal_loss(p[0])[:1]
    # Its default tolerance of 1e-6 would be most of the difference.
    return r_q_eil_approximation(p[1], p[2], p[0], p[3], p[4], p[5], tol=1e-9)


def grid(program):
    answers = {"eoq": 1, "newsvendor": 2, "loss": 1, "reorder_point": 3}
    worst, count = defaultdict(float), defaultdict(int)
    for line in subprocess.run([program], capture_output=True, text=True, check=True).stdout.split():
        name, *values = line.split(",")
        values = [float(value) for value in values]
        parameters, found = values[: -answers[name]], values[-answers[name] :]
        for ours, theirs in zip(found, expected(name, parameters)):
            worst[name] = max(worst[name], abs(ours - theirs) / max(abs(theirs), 1e-9))
        count[name] += 1
    print(f"stockpyl {version('stockpyl')}: worst relative difference")
    for name, difference in worst.items():
        print(f"  {name}: {difference:.1e} over {count[name]} instances")


def speed(program):
    network = single_stage_system(
        holding_cost=1, stockout_cost=10, demand_type="P", mean=MEAN, shipment_lead_time=LEAD_TIME,
        policy_type="BS", base_stock_level=BASE_STOCK, initial_inventory_level=BASE_STOCK,
    )
    started = time.perf_counter()
    simulation(network, PEER_PERIODS, rand_seed=1, progress_bar=False)
    rate = PEER_PERIODS / (time.perf_counter() - started)
    state = network.nodes[0].state_vars
    levels = [max(sum(period.inventory_level.values()), 0) for period in state[100:PEER_PERIODS]]
    on_hand = sum(levels) / len(levels)
    print(f"stockpyl: {rate:.0f} item-days a second, mean on hand {on_hand:.2f}")
    # stockpyl orders after the demand of a period, a replay before it: its L is our L - 1.
    arguments = [str(value) for value in (OUR_PERIODS, MEAN, LEAD_TIME - 1, BASE_STOCK)]
    ours = subprocess.run([program, *arguments], capture_output=True, text=True, check=True).stdout
    print("replay:", ours.strip())
    print(f"ratio: {float(ours.split()[0]) / rate:.0f}")


if __name__ == "__main__":
    grid(sys.argv[1])
    speed(sys.argv[2])
