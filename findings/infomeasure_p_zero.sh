#!/usr/bin/env bash
# infomeasure 0.6.3, permutation test: four tosses of a coin and a copy of them have p = 0.
#
# Guess: x = z = 0 0 1 1. Of the 24 orders of z eight give again a copy or its opposite, which have
# the same information: p = 1/3, and with the observed order counted among them never 0.
# Seen: only orders with strictly more information count. A copy has all there is, so p is exactly 0
# however short it is; with counts or labels, where few values can occur at all, every p is too
# small by the chance of the observed value itself.
# The way out: permute z by hand and take (1 + number that are as large) / (1 + permutations).
#
# Output seen:
#   information 0.6931, p = 0.0; by hand, all 24 orders: 0.333
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    infomeasure==0.6.3 numba==0.68.1 scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
from itertools import permutations

import infomeasure as im

x = [0, 0, 1, 1]


def of(z):
    return im.estimator(x, z, measure="mi", approach="discrete")


whole = of(x)
p = whole.statistical_test(n_tests=500, method="permutation_test").p_value
value = float(whole.global_val())
orders = [of(list(z)).global_val() >= value - 1e-9 for z in permutations(x)]
by_hand = sum(orders) / len(orders)
print(f"information {value:.4f}, p = {float(p)}; by hand, all 24 orders: {by_hand:.3f}")
assert abs(by_hand - 1 / 3) < 1e-12
assert p == 0, "orders that are as good count now"
PYTHON
