#!/usr/bin/env bash
# scikit-learn 1.9.1, sklearn.neighbors.NearestNeighbors: a sixteenth column changes who is nearest.
#
# Guess: algorithm="auto" chooses what is fastest; the neighbours are the same, up to rounding in
# the last digits of double precision.
# Seen: from 16 columns on it leaves the tree for |a|^2 - 2ab + |b|^2. With a column of Unix time in
# seconds the squares are 3e18, and what is rounded away is as large as the squared distance of rows
# 20 s apart: half of the rows get a wrong nearest neighbour, without a warning. With 15 columns
# every row has the right one.
# The way out: take the mean off every column first, or ask for algorithm="kd_tree".
#
# Output seen (the share depends a little on the processor):
#   15 columns: 0 % of rows have a wrong nearest neighbour
#   16 columns: 50 % of rows have a wrong nearest neighbour
#   16 columns, means taken off: 0 % of rows have a wrong nearest neighbour
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    scikit-learn==1.9.1 scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" -W error - <<'PYTHON'
import numpy as np
from scipy.spatial import KDTree
from sklearn.neighbors import NearestNeighbors

rows = np.random.default_rng(0).normal(size=(500, 16))
rows[:, 0] = 1.7e9 + 20 * np.arange(500)


def wrong(x, say):
    found = NearestNeighbors(n_neighbors=1).fit(x).kneighbors(return_distance=False)[:, 0]
    gap = np.linalg.norm(x - x[found], axis=1)
    share = np.mean(gap > KDTree(x).query(x, [2])[0][:, 0] * (1 + 1e-6))
    print(f"{say}: {100 * share:.0f} % of rows have a wrong nearest neighbour")
    return share


assert wrong(rows[:, :15], "15 columns") == 0
assert wrong(rows, "16 columns") > 0.3, "sixteen columns are as good as fifteen now"
assert wrong(rows - rows.mean(0), "16 columns, means taken off") == 0
PYTHON
