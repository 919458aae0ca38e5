#!/usr/bin/env bash
# infomeasure 0.6.3, KSG: of numbers in a small unit it measures its own noise, and says nothing.
#
# Guess: the same value in every unit. Neighbours are compared by distances, which all grow alike
# where both sides are given in another unit, and what is added against ties is small beside them.
# Seen: the noise against ties has a fixed standard deviation, 1e-10, whatever the data. Currents in
# ampere (1e-12 for a picoampere) or masses in kilogram drown in it: of 0.93 nats about 0 is left,
# another number at every call, since no seed is taken, and there is no warning. On decimals, which
# have ties, the number changes from call to call in any unit.
# The way out: divide each column by its standard deviation first, or pass noise_level=0.
#
# Output seen (the second line differs from call to call):
#   in ampere x 1e12: 0.9300, 0.9300, 0.9300
#   in ampere: -0.0452, -0.0256, -0.0062
#   in ampere, without noise: 0.9300
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    infomeasure==0.6.3 numba==0.68.1 scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import infomeasure as im
import numpy as np

rng = np.random.default_rng(0)
x = rng.standard_normal((500, 1))
z = 0.9 * x + np.sqrt(0.19) * rng.standard_normal((500, 1))


def of(unit, **options):
    given = {"approach": "ksg", "k": 3, "base": "e", **options}
    return float(im.mutual_information(unit * x, unit * z, **given))


large, small = [of(1.0) for _ in range(3)], [of(1e-12) for _ in range(3)]
print("in ampere x 1e12:", ", ".join(f"{value:.4f}" for value in large))
print("in ampere:", ", ".join(f"{value:.4f}" for value in small))
print(f"in ampere, without noise: {of(1e-12, noise_level=0):.4f}")
assert min(large) > 0.85
assert max(small) < 0.3, "the noise follows the unit of the data now"
assert len(set(small)) == 3
assert abs(of(1e-12, noise_level=0) - large[0]) < 1e-6
PYTHON
