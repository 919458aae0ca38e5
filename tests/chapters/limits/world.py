"""Records of chapter 12 made by hand: intervals around a known truth."""


def tried(hurdle, estimator, low=0.4, warned=True, bias=None, seeds=2):
    """An interval of .2 from `low` in every seed, where the truth is .5."""
    return [
        {"hurdle": hurdle, "estimator": estimator, "seed": s, "truth": 0.5, "refused": ""}
        | {"value": low + 0.1 + (bias or 0), "bias": bias, "low": low, "high": low + 0.2}
        | {"std": 0.1, "warnings": ["doubt"] * warned}
        for s in range(seeds)
    ]


def refused(hurdle, estimator):
    return [{"hurdle": hurdle, "estimator": estimator, "seed": 0, "truth": 0.5, "refused": "no"}]


def covered(estimator, share, warned=True, n=20, problem=0.5, rows=100):
    """So many of n intervals cover a truth of 1."""
    lows = [0.9] * round(share * n) + [2.0] * (n - round(share * n))
    return {
        "estimator": estimator, "options": {"d": 1, "rho": problem}, "n": rows, "truth": 1.0,
        "low": lows, "high": [low + 0.2 for low in lows], "warned": [warned] * n,
    }  # fmt: skip
