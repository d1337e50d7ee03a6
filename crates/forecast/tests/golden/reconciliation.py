"""Writes reconciliation.csv: reconciled forecasts that tests/hierarchy.rs compares with.

Usage: python reconciliation.py > reconciliation.csv   (hierarchicalforecast 1.5.3)

Six products in three places, places crossing categories; the values are made here. Lines: the group
of each bottom series by level, then variances, base forecasts and reconciled ones of all nodes, the
bottom first and the levels in the order written. The variances are those that the library adds up
from the residuals given to it.
"""

import importlib.metadata

import numpy as np
from hierarchicalforecast.methods import MinTrace


def main():
    product = np.repeat(np.arange(6), 3)
    levels = {"product": product, "place": np.tile(np.arange(3), 6), "category": product // 2,
              "total": np.zeros(18, dtype=int)}
    bottom = np.eye(18)
    groups = [np.equal.outer(np.arange(of.max() + 1), of).astype(float) for of in levels.values()]
    # The library wants the bottom last.
    summing = np.vstack(groups + [bottom])
    generator = np.random.default_rng(7)
    demand = generator.gamma(1.0, 6.0, size=18)
    spread = np.sqrt(summing @ (0.3 * demand + 1))
    base = summing @ demand + 1.5 * spread * generator.normal(size=len(summing))
    base[-18] = -2.0
    residuals = spread[:, None] * generator.normal(size=(len(summing), 40))
    zero = np.zeros_like(residuals)
    arguments = dict(S=summing, y_hat=base[:, None], y_insample=residuals, y_hat_insample=zero)
    free = MinTrace(method="wls_var").fit_predict(**arguments)["mean"][:, 0]
    held = MinTrace(method="wls_var", nonnegative=True).fit_predict(**arguments)["mean"][:, 0]
    variances = (residuals**2).sum(axis=1) / residuals.shape[1] + 2e-8

    def line(name, values):
        print(name + "," + " ".join(f"{float(value):.17g}" for value in values))

    print(f"# hierarchicalforecast {importlib.metadata.version('hierarchicalforecast')}")
    for name, of in levels.items():
        line(name, of)
    for name, values in [("variances", variances), ("base", base), ("reconciled", free),
                         ("non_negative", held)]:
        line(name, np.concatenate([values[-18:], values[:-18]]))


if __name__ == "__main__":
    main()
