"""Sums over the components of a mixture, for many draws side by side, as Numba compiles them."""

import math

import numpy as np

from infoplane.compiled import kernel

__all__ = ["DRAWS", "SCALE", "sums"]

DRAWS = 64  # of a block: the length of the inner loops
SCALE = np.float32(math.sqrt(0.5 / math.log(2)))  # exp(-|v|^2 / 2) = 2^-|SCALE v|^2

ZERO, ONE = np.float32(0), np.float32(1)
LOWEST = np.float32(-126)  # exponent of the smallest normal number; what is below makes it slow
ROUND = np.float32(1.5 * 2**23)  # x + ROUND ends in the bits of the integer nearest to x
# 2^x = 1 + x TO_1 + … for |x| <= 1/2, of the least largest relative error, 9e-8
TO_1, TO_2, TO_3, TO_4, TO_5 = (
    np.float32(factor)
    for factor in (0.6931469776, 0.2402224208, 0.0555073374, 0.0096715128, 0.0013264727)
)


@kernel
def sums(
    centre, weight, constant, starts, low, high, label, at, eps, blocks, exact, cut, begin, end, out
):
    """sum_j 2^(|e|^2 + c_j - w_j |t + e - m_j|^2) over j of a draw's label, and over all: `out`.

    centre: m, (N + K, d) of N rows, leaf by leaf, and of a Gaussian for each of K leaves, times
    SCALE / sigma; d is even. weight, constant: (N + K,). starts: (K + 1,) of the leaves; low,
    high: (K, d) their boxes; label: (K,). t = centre[at], e = SCALE eps; eps: (m, up to d).
    blocks: (b, 3) first, last + 1 and leaf of at most DRAWS draws, done from `begin` to `end`.
    exact: over all rows whose term is above 2^-cut, the leaf telling the label; otherwise over the
    rows of the leaf and, in place of all other leaves, over their Gaussians. out: (2, m).
    """
    leaves, d = low.shape
    least = np.float32(-cut)
    z = np.empty((d, DRAWS), np.float32)
    shift, power = np.empty(DRAWS, np.float32), np.empty(DRAWS, np.float32)
    distance, up = np.empty(DRAWS, np.float32), np.empty(DRAWS, np.float32)
    ups, bits = up.view(np.int32), power.view(np.int32)
    found, totals = np.empty(DRAWS, np.float32), np.empty((2, DRAWS))
    for block in range(begin, end):
        first, many, own = blocks[block, 0], blocks[block, 1] - blocks[block, 0], blocks[block, 2]
        shift[:], z[:], totals[:] = ZERO, ZERO, 0
        for p in range(DRAWS):  # a block that is not full repeats its last draw
            draw = first + min(p, many - 1)
            for u in range(eps.shape[1]):
                z[u, p] = centre[at[draw], u] + SCALE * eps[draw, u]
                # as below, so that of an equal row the exponent is 0
                x = z[u, p] - centre[at[draw], u]
                shift[p] += x * x
        for k in range(leaves):
            start, stop, hit = starts[k], starts[k + 1], False
            if exact:
                for u in range(d):
                    v, w = low[k, u], high[k, u]
                    for p in range(DRAWS):
                        x = z[u, p]
                        x = v - x if x < v else (x - w if x > w else ZERO)
                        distance[p] = (distance[p] if u else ZERO) + x * x
                for p in range(DRAWS):
                    hit |= shift[p] - distance[p] > least
                if not hit:
                    continue
            elif k != own:
                start = starts[leaves] + k
                stop = start + 1
            found[:] = ZERO
            for j in range(start, stop):
                for u in range(0, d, 2):  # two at once: half the reading and writing of distances
                    v, w = centre[j, u], centre[j, u + 1]
                    for p in range(DRAWS):
                        x, y = z[u, p] - v, z[u + 1, p] - w
                        distance[p] = (distance[p] if u else ZERO) + x * x + y * y
                v, w, hit = weight[j], constant[j], False
                for p in range(DRAWS):
                    distance[p] = shift[p] + w - v * distance[p]
                    hit |= distance[p] > least
                if not hit:
                    continue
                for p in range(DRAWS):
                    x = max(distance[p], LOWEST)
                    up[p] = x + ROUND
                    x -= up[p] - ROUND
                    power[p] = ONE + x * (TO_1 + x * (TO_2 + x * (TO_3 + x * (TO_4 + x * TO_5))))
                for p in range(DRAWS):
                    bits[p] += ups[p] << 23  # times 2^integer
                for p in range(DRAWS):
                    found[p] += power[p]
            mine = 0 if label[k] == label[own] else 1
            for p in range(DRAWS):
                totals[mine, p] += found[p]
        for p in range(many):
            out[0, first + p] = totals[0, p]
            out[1, first + p] = totals[0, p] + totals[1, p]
