#!/usr/bin/env bash
# scikit-dimension 0.5.0, skdim.id.TLE: the dimension of data depends on their unit of length.
#
# Guess: a dimension comes from ratios of distances; metres or kilometres give the same, as every
# other estimator of that package does to three digits.
# Seen: distances below `epsilon`, 1e-4 in the unit of the data, are left out of the sums. The same
# curved sheet in five columns has the right dimension in metres, a higher one in kilometres, and
# exactly 0 in units where the whole sheet is smaller than epsilon. It says nothing.
# The way out: divide the data by their median distance first, or pass an epsilon of that size.
#
# Output seen:
#   times 1: TLE 2.056, MLE 1.851
#   times 0.001: TLE 2.471, MLE 1.851
#   times 1e-06: TLE 0.000, MLE 1.851
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    scikit-dimension==0.5.0 scikit-learn==1.9.1 scipy==1.17.1 numpy==2.4.6 numba==0.68.1
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
from skdim.id import MLE, TLE

generator = np.random.default_rng(0)
plane = generator.random((300, 2))
bent = np.c_[plane, plane[:, 0] * plane[:, 1], np.sin(plane[:, 0])]
sheet = bent @ generator.normal(size=(4, 5))
found = {}
for unit in (1, 1e-3, 1e-6):
    found[unit] = [kind().fit(sheet * unit).dimension_ for kind in (TLE, MLE)]
    print(f"times {unit}: TLE {found[unit][0]:.3f}, MLE {found[unit][1]:.3f}")
assert abs(found[1][0] - 2) < 0.2
assert found[1e-3][0] > found[1][0] + 0.2, "kilometres are as good as metres now"
assert found[1e-6][0] == 0, "small units are no burden any more"
assert np.ptp([mle for _, mle in found.values()]) < 1e-6
PYTHON
