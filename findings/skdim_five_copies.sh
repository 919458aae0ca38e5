#!/usr/bin/env bash
# scikit-dimension 0.5.0, skdim.id.MLE: five repeated rows among 905 make the dimension 0.0.
#
# Guess: local estimates are averaged over all points, so that ten points that have a copy move the
# answer of a square by about a hundredth; or the logarithm of a distance of 0 gives nan, and is seen.
# Seen: one infinite term makes the harmonic mean over all points exactly 0.0, without a warning:
# a number that looks like a valid answer. TwoNN of the same package is not hurt by five, and goes up
# to 2.8 with a third of the points repeated.
# The way out: hand over distinct rows. Real tables and images have copies.
#
# Output seen:
#   0 copies: MLE 1.941, TwoNN 1.932
#   5 copies: MLE 0.000, TwoNN 1.933
#   300 copies: MLE 0.000, TwoNN 2.791
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    scikit-dimension==0.5.0 scikit-learn==1.9.1 scipy==1.17.1 numpy==2.4.6 numba==0.68.1
"$folder/venv/bin/python" -W error::RuntimeWarning - <<'PYTHON'
import numpy as np
from skdim.id import MLE, TwoNN

square = np.random.default_rng(0).random((900, 2))
found = {}
for copies in (0, 5, 300):
    rows = np.vstack([square, square[:copies]])
    found[copies] = [kind().fit(rows).dimension_ for kind in (MLE, TwoNN)]
    print(f"{copies} copies: MLE {found[copies][0]:.3f}, TwoNN {found[copies][1]:.3f}")
assert abs(found[0][0] - 2) < 0.1
assert found[5][0] == 0 == found[300][0], "copies are no burden any more"
assert abs(found[5][1] - found[0][1]) < 0.02
assert found[300][1] > found[0][1] + 0.5
PYTHON
