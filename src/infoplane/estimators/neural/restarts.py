"""Several critics for one problem, from different random numbers: their mean, and its error."""

import math
import re
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from infoplane.estimators.base import Answer
from infoplane.estimators.neural.batches import Source
from infoplane.streams import stream

__all__ = ["combined", "restarted"]

# Of all streams of a seed, those of the critics after the first.
RESTART = 20_731

_NUMBER = re.compile(r"\d+(\.\d+)?(e[+-]?\d+)?")


def restarted(
    train: Callable[[Source, Sequence[torch.Generator], Tensor | None], list[Answer]],
    source: Source,
    seeds: Sequence[int],
    starts: Sequence[torch.Generator],
    restarts: int,
    together: int,
    begin: Tensor | None = None,
) -> list[list[Answer]]:
    """For each member of a source the answers of its critics, at most `together` trained at once.

    starts: the streams of the members' seeds, from which their splits came and the first critic
    of each does. The others differ in weights and batches, not in rows: so does a run on another
    processor, whose rounding leads training elsewhere.
    begin: weights (b restarts, p) to begin with, in place of those that are drawn.
    """
    if restarts == 1:
        return [[answer] for answer in train(source, starts, begin)]
    generators = [
        generator
        for seed, first in zip(seeds, starts, strict=True)
        for generator in (first, *(stream(seed, RESTART, j) for j in range(1, restarts)))
    ]
    members = torch.arange(len(seeds)).repeat_interleave(restarts)
    found: list[Answer] = []
    for i in range(0, len(members), together):
        own = generators[i : i + together]
        weights = None if begin is None else begin[i : i + together]
        found += train(source.shared(members[i : i + together], own), own, weights)
    return [found[i : i + restarts] for i in range(0, len(found), restarts)]


def combined(answers: Sequence[Answer]) -> Answer:
    """What r critics of one problem say together: their mean value, and its standard error.

    With V the value of a critic, rows the test rows, and r critics trained on the same rows,

        Var(mean) = Var_rows(E[V | rows]) + E_rows[Var(V | rows)] / r.

    The second term is the spread of the critics, S^2 / r, S^2 their variance: they share the test
    rows. The first is common to all and does not shrink: it is at most E[Var_rows(V | critic)],
    which the mean of the critics' std^2 estimates, by the law of total variance; what is too much
    of it is the part of S^2 that other test rows would change. The degrees of freedom are those
    of Welch and Satterthwaite: 1 / dof = sum of (share of each term in the variance)^2 / its dof.
    Bias is not in it: all critics may lie below the truth.
    History is that of the first; what critics say alike is said once, see :func:`_merged`.
    """
    first, r = answers[0], len(answers)
    if r == 1:
        return first
    values = np.array([answer.value for answer in answers])
    rows = float(np.mean([answer.std**2 for answer in answers]))
    spread = float(values.var(ddof=1)) / r
    total = rows + spread
    dof = math.inf
    if total > 0 and math.isfinite(total):
        inverse = (spread / total) ** 2 / (r - 1) + (rows / total) ** 2 / first.dof
        dof = 1 / inverse if inverse > 0 else math.inf
    return Answer(
        float(values.mean()),
        math.sqrt(total),
        _merged([answer.warnings for answer in answers]),
        first.history,
        dof=dof,
        critic=None if first.critic is None else torch.cat([a.critic for a in answers]),
    )


def _merged(told: Sequence[Sequence[str]]) -> list[str]:
    """Each sentence once, as the first who says it does, and how many say it where not all do.

    Sentences that differ in their numbers only are the same.
    """
    kinds = [dict.fromkeys(_NUMBER.sub("#", sentence) for sentence in one) for one in told]
    firsts: dict[str, str] = {}
    for sentence in (sentence for one in told for sentence in one):
        firsts.setdefault(_NUMBER.sub("#", sentence), sentence)
    merged = []
    for kind, sentence in firsts.items():
        k = sum(kind in one for one in kinds)
        merged.append(sentence + (f" (in {k} of {len(told)} restarts)" if k < len(told) else ""))
    return merged
