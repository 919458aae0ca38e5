#!/usr/bin/env bash
# SciPy 1.17.1, scipy.integrate.cubature: break points given in `points` make it slower without end.
#
# Guess: `points` divides the range first and then refines wherever the error is largest, so that
# sixteen cells around a narrow peak cost a few subdivisions more or less than without.
# Seen: the initial cells are never put in the order of their errors (the list is used as a heap
# without being one), so that cells which are exact already are divided again and again. A peak of
# width 0.001 in [0, 1]: 2000 subdivisions with `points` are not enough; each of the same cells by
# itself needs 9 in all. It says `not_converged`; without max_subdivisions it would not end.
# The way out: one call a cell, with its share of the tolerance.
#
# Output seen:
#   with points: not_converged after 2000 subdivisions
#   cell by cell: converged after 9 subdivisions
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
from scipy.integrate import cubature

CELLS, TOLERANCE = 16, 1e-10
options = {"rule": "gk15", "rtol": 0, "max_subdivisions": 2000}


def peak(x):
    return np.exp(-0.5 * ((x[:, 0] - 0.551234) / 1e-3) ** 2)


edges = np.linspace(0, 1, CELLS + 1)
together = cubature(peak, [0], [1], points=[[e] for e in edges[1:-1]], atol=TOLERANCE, **options)
alone = [
    cubature(peak, [low], [high], atol=TOLERANCE / CELLS, **options)
    for low, high in zip(edges, edges[1:])
]
count = sum(cell.subdivisions for cell in alone)
print(f"with points: {together.status} after {together.subdivisions} subdivisions")
print(f"cell by cell: {alone[0].status} after {count} subdivisions")
assert together.status == "not_converged", "points are no burden any more"
assert together.subdivisions == 2000
assert all(cell.status == "converged" for cell in alone) and count < 50
PYTHON
