"""Chapter 04: what other pages say of growth is about slopes, of AA-MINE about both its forms."""

import pandas as pd
import pytest

from infoplane.chapters.infinite_mi import findings
from infoplane.chapters.infinite_mi.findings import REMARKS


def growing(*late):
    """At each of two rates, seeds that rise fast first and then with their own slope, d = 100."""
    rows = []
    for rate, slopes in zip((1e-4, 1e-3), late, strict=True):
        for seed, slope in enumerate(slopes):
            steps = list(range(0, 2001, 100))
            ends = [min(step, 1000) * 0.05 + max(step - 1000, 0) * slope / 1000 for step in steps]
            rows.append({"d": 100, "matrix": "identity", "rate": rate, "seed": seed})
            rows[-1] |= {"steps": 2000, "step": steps, "batch_value": ends}
    return {"fresh": pd.DataFrame(rows)}


def test_growth_is_that_of_the_last_half():
    told = REMARKS["infinite_growth"](growing([4.0, 5.0, 6.0], [-2.0, -1.0, 1.0, -3.0, -2.5]))
    assert "In the last half of 2000 steps" in told
    assert "of 0.0001 by 5.0 nats in a thousand steps (it rises in 3 of 3 seeds), to 55 at" in told
    assert "of 0.001 by -2.0 nats in a thousand steps (it rises in 1 of 5 seeds), to 48 at" in told


@pytest.mark.parametrize("swapped", [False, True])
def test_both_forms_have_their_own_gain(monkeypatch, swapped):
    gain = {("pair", 10): 0.1, ("pair", 20): 0.3, ("difference", 10): 0.4, ("difference", 20): -0.2}
    rows = [
        {"form": form, "d": d, "seed": seed, "gain": value}
        for (form, d), value in gain.items()
        for seed in range(3)
    ]
    made = pd.DataFrame(rows[::-1] if swapped else rows)
    monkeypatch.setattr(findings, "errors", lambda frames: frames)
    monkeypatch.setattr(findings, "gains", lambda table: made)
    told = REMARKS["aware_mean"]({})
    assert "form *pair* by 0.10 [0.10, 0.10] nats at d = 10 and 0.30 [" in told
    assert "form *difference* by 0.40 [0.40, 0.40] nats at d = 10 and -0.20 [" in told
