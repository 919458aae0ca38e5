#!/usr/bin/env bash
# pyarrow 26.0.1: a column that is zero in every row has two values, and an entropy of log 2.
#
# Guess: 0.0 and -0.0 are equal, as the standard for floating point, NumPy and pyarrow's own `equal`
# say, so that they are one group, one value, and partners in a join.
# Seen: whatever hashes (unique, value_counts, group_by, is_in, join) tells them apart; whatever
# compares (equal, rank) does not. Rounding makes both out of small numbers: a rounded measurement
# around 0 splits into two groups by a sign that it no longer has, and rows with -0.0 find no
# partner. An entropy by counting is log 2 for a constant.
# The way out: add 0.0, which turns -0.0 into 0.0, before anything is counted.
#
# Output seen:
#   all equal to zero: True, ranks [1, 1, 1, 1]
#   groups [2, 2], entropy 0.6931
#   join: partners of ['zero', 'zero', None, None]
#   after + 0.0: groups [4]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    pyarrow==26.0.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def groups(column):
    counted = pa.table({"v": column}).group_by("v").aggregate([("v", "count")])
    return sorted(counted["v_count"].to_pylist())


v = pc.round(pa.array([-0.2, 0.2, -0.3, 0.3]))
equal = pc.all(pc.equal(v, 0.0)).as_py()
ranks = pc.rank(v, tiebreaker="min").to_pylist()
shares = np.array(groups(v)) / len(v)
names = pa.table({"v": [0.0], "name": ["zero"]})
partners = pa.table({"v": v}).join(names, "v")["name"].to_pylist()
partners = sorted(partners, key=lambda name: name is None)
print(f"all equal to zero: {equal}, ranks {ranks}")
print(f"groups {groups(v)}, entropy {-np.sum(shares * np.log(shares)):.4f}")
print(f"join: partners of {partners}")
print(f"after + 0.0: groups {groups(pc.add(v, 0.0))}")
assert equal and ranks == [1, 1, 1, 1]
assert groups(v) == [2, 2], "zeros are one group now"
assert len(pc.unique(v)) == 2 and pc.sum(pc.is_in(v, pa.array([0.0]))).as_py() == 2
assert partners == ["zero", "zero", None, None], "-0.0 finds its partner now"
assert groups(pc.add(v, 0.0)) == [4]
PYTHON
