#!/usr/bin/env bash
# SciPy 1.17.1, scipy.stats.Mixture: two components far apart have half their entropy.
#
# Guess: two normal distributions at 0 and d, half each, have the entropy of one plus log 2 as soon
# as they are apart; an adaptive integral finds it or says that it did not.
# Seen: at d = 1000 the integral over the whole line never meets the second component. What comes
# back is half of the true value, without a word; mean and variance are right. Narrow is as
# bad as far: a component of width 0.001 at 5 is passed over too, and the answer is higher by 2.4
# nats than the truth, which is negative.
# The way out: integrate each component's share of -p log p around its own centre.
#
# Output seen (nats):
#   apart 100: entropy 2.1121, true 2.1121
#   apart 1000: entropy 1.0560, true 2.1121, mean 500.0
#   narrow: entropy 1.0560, true -1.3418
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" -W error - <<'PYTHON'
import math

from scipy.stats import Mixture, Normal

ONE = 0.5 * math.log(2 * math.pi * math.e)


def halves(place, width):
    return Mixture([Normal(mu=0.0, sigma=1.0), Normal(mu=place, sigma=width)], weights=[0.5, 0.5])


near, far, narrow = halves(100.0, 1.0), halves(1000.0, 1.0), halves(5.0, 1e-3)
apart = ONE + math.log(2)  # exact up to the overlap of the two
thin = apart + 0.5 * math.log(1e-3)
print(f"apart 100: entropy {near.entropy():.4f}, true {apart:.4f}")
print(f"apart 1000: entropy {far.entropy():.4f}, true {apart:.4f}, mean {far.mean():.1f}")
print(f"narrow: entropy {narrow.entropy():.4f}, true {thin:.4f}")
assert abs(near.entropy() - apart) < 1e-3
assert abs(far.entropy() - apart / 2) < 1e-3, "the second component is found now"
assert abs(far.mean() - 500) < 1e-6
assert narrow.entropy() > thin + 1, "the narrow component is found now"
PYTHON
