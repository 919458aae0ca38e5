"""What all variational estimators share: training a critic, and its bound on held-out pairs."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

import numpy as np
import torch

from infoplane.errors import InputError
from infoplane.estimators.base import Answer, Samples, check_batch
from infoplane.estimators.estimate import Estimate
from infoplane.estimators.groups import groups_of_batch
from infoplane.estimators.neural.batches import Draw
from infoplane.estimators.neural.fresh import FreshDraws, drawn
from infoplane.estimators.neural.options import LARGEST_RAW
from infoplane.estimators.neural.restarts import combined, restarted
from infoplane.estimators.neural.solver import Solver
from infoplane.estimators.rows import columns
from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import refuse_constant
from infoplane.inputs.options import check_device, flag
from infoplane.streams import stream

__all__ = ["NeuralEstimator"]


@dataclass(frozen=True)
class NeuralEstimator(Solver):
    """A critic f(x, z) trained to raise a variational bound on I(X; Z), in nats.

    x: (n, dx); z: (n, dz); a one-dimensional integer or string array is a label and becomes
    indicator columns. Each member's seed splits the rows in three: training, validation (decides
    when to stop and which checkpoint counts), test (gives the number, once). The value is the
    bound of that critic on the whole test split, and the mean of so many critics as `restarts`
    says; `std` is its standard error, from the influence of each test row and from the spread of
    the critics, each from its own weights and batches. With restarts=1 it knows nothing of
    training, and none knows of the split: another seed draws another.
    Options, their defaults and the reasons for these: :class:`Options`.

    groups: (n,) integers or text, for rows that are not independent of each other. Those of one
    group fall into the same split, whose sizes follow the fractions as nearly as groups allow;
    held-out pairs drawn apart are of different groups; and `std` is that of independent groups.
    Few and large groups leave few such pairs, hence low ceilings (log(k + 1) of InfoNCE).
    Training batches are of rows, whatever their groups.

    `history`, one entry a check, of the first critic: "step" (updates made), "train" and
    "train_std" (mean and standard deviation of the bound on the batches since the check before),
    "validation" and "test" (the bound on those splits; nothing is decided by "test", it is there
    to be drawn).

    Raises InputError for a constant column, for more than 100 distinct labels, for a batch
    larger than the training split, for more negatives than the batch has other rows, and for
    groups that cannot be split in three.
    """

    min_samples: ClassVar[int] = 10
    uses_groups: ClassVar[bool] = True

    def estimate(
        self,
        x: Any,
        z: Any,
        *,
        seed: int = 0,
        device: str = "cpu",
        groups: Any = None,
        init: Estimate | None = None,
        keep_critic: bool = False,
    ) -> Estimate:
        """Estimate I(X; Z) as :meth:`Estimator.estimate` does, in nats.

        keep_critic: let the estimate carry its trained critics, as `critic`. init: an estimate that
        carries them, of the same options and columns, such as that of the same layer some epochs
        ago: training goes on from there, with an optimiser that has forgotten the past.
        """
        flag("keep_critic", keep_critic)

        def solve(samples: Samples, seed: int, device: str) -> Answer:
            return self._solve([samples], [seed], device, None if init is None else [init])[0]

        found = self._answered(x, z, seed, device, groups, solve)
        return found if keep_critic else replace(found, critic=None)

    def estimate_batch(
        self,
        x: Any,
        z: Any,
        *,
        seeds: Sequence[int],
        device: str = "cpu",
        groups: Any = None,
        init: Sequence[Estimate] | None = None,
        keep_critic: bool = False,
    ) -> list[Estimate]:
        """Estimate b problems of equal shape, x: (b, n, dx) and z: (b, n[, dz]), one seed each,
        by critics trained as one batched model.

        groups: (n,), shared by all, or (b, n). The same numbers, within floating point, as b
        calls of :meth:`estimate`; `seconds` is each member's share. init: one estimate a member.
        On two to four threads many members are trained side by side, a few on each.
        """
        flag("keep_critic", keep_critic)
        check_batch(x, z, seeds)
        check_device(device)
        started = time.perf_counter()
        samples = [
            self._grouped(self.check(xi, zi), of_one)
            for xi, zi, of_one in zip(x, z, groups_of_batch(groups, len(seeds)), strict=True)
        ]
        if init is not None and (not isinstance(init, list | tuple) or len(init) != len(samples)):
            raise InputError(
                f"init={init!r} is not accepted: give one estimate for each of the {len(samples)} "
                "members"
            )
        # one batch for each shape: members may have different numbers of labels
        shapes: dict[tuple[tuple[int, ...], ...], list[int]] = {}
        for i, s in enumerate(samples):
            shapes.setdefault((s.x.shape, s.z.shape), []).append(i)
        answers: dict[int, Answer] = {}
        for members in shapes.values():
            found = self._solve(
                [samples[i] for i in members],
                [seeds[i] for i in members],
                device,
                None if init is None else [init[i] for i in members],
            )
            answers.update(zip(members, found, strict=True))
        rows = [s.n for s in samples]
        in_order = [answers[i] for i in range(len(samples))]
        estimates = self._estimates(in_order, rows, seeds, started)
        return [  # with the doubts that the base class has of a single one
            replace(
                e,
                warnings=(*e.warnings, *self._doubts_of(e, member)),
                critic=e.critic if keep_critic else None,
            )
            for e, member in zip(estimates, samples, strict=True)
        ]

    def estimate_fresh(
        self, draws: Sequence[Draw], *, seeds: Sequence[int], n: int = 10_000, device: str = "cpu"
    ) -> list[Estimate]:
        """Estimate b problems from fresh draws: every training batch is new, no row comes twice.

        draws: one function a member, draw(rows, generator) -> x (rows, dx) and z (rows, dz), in
        torch or NumPy, random by that torch.Generator only. seeds: one a member. n: the
        validation and test sets have as many rows as those of a fixed sample of n.
        An `Estimate` for each member, in order; its n counts every row drawn. The restarts of a
        member share these two sets, and draw batches of their own. Raises InputError
        for draws of other shapes or with values that are not finite.

        >>> from infoplane.datasets.gaussian import CorrelatedGaussian
        >>> from infoplane.estimators.neural.mine import MINE
        >>> draw = CorrelatedGaussian(d=1, rho=0.9).draw
        >>> (e,) = MINE(steps=300, restarts=1).estimate_fresh([draw], seeds=[0])
        >>> e.value > 0.5  # 0.83
        True
        """
        started = time.perf_counter()
        check_batch(draws, draws, seeds)
        check_device(device)
        if self.margins != "standardized":
            raise InputError(
                f"margins={self.margins!r} is of a fixed sample, and fresh draws are only "
                "standardized: transform them in draw, or leave margins out"
            )
        for draw in draws:
            if not callable(draw):
                raise InputError(
                    f"draws has {draw!r}, which is no function: give draw(rows, generator) for "
                    "each member"
                )
        _, n_validation, n_test = self._check_sizes(n, fresh=True)
        # its own stream, so that looking at the shape moves no member's
        x, z = drawn(draws[0], 2, torch.Generator().manual_seed(0))
        self._check_shapes(x.shape[1], z.shape[1])
        together = self._together(x.shape[1], z.shape[1])
        answers, rows = [], []
        for some in self._at_once(len(seeds), together):
            of_some = [seeds[i] for i in some]
            starts = [stream(seed) for seed in of_some]
            source = FreshDraws(
                [draws[i] for i in some], (n_validation, n_test), self.batch_size, starts, device
            )
            train = partial(self._train, device=device)
            for found in restarted(train, source, of_some, starts, self.restarts, together):
                answers.append(combined(found))
                batches = sum(int(one.history["step"][-1]) + 1 for one in found)
                rows.append(source.drawn + batches * self.batch_size)
        return self._estimates(answers, rows, seeds, started)

    def check(self, x: Any, z: Any) -> Samples:
        """Input as a critic sees it: columns of numbers, a label column as indicators."""
        samples = super().check(x, z)
        refuse_constant(samples.x, "x")
        refuse_constant(samples.z, "z")
        self._check_sizes(samples.n)
        seen = Samples(
            columns(samples.x, "x", "x" in samples.text),
            columns(samples.z, "z", "z" in samples.text),
        )
        self._check_shapes(seen.x.shape[1], seen.z.shape[1])
        if self.critic == "label" and not _indicators(seen.z):
            raise InputError(
                "critic='label' has a score for each label, and z is none: pass the labels as z, "
                "one column of whole numbers or words, and the numbers as x"
            )
        if self.margins == "raw":
            for name, a in (("x", seen.x), ("z", seen.z)):
                if (most := np.abs(a).max()) > LARGEST_RAW:
                    raise InputError(
                        f"margins='raw' leaves {most:.3g} in {name}, and a critic computes in "
                        f"single precision: up to {LARGEST_RAW:g} is accepted; change the units, "
                        "or pass margins='standardized'"
                    )
        return seen

    def _estimate(self, samples: Samples, seed: int, device: str) -> Answer:
        return self._solve([samples], [seed], device)[0]

    def _estimates(
        self, answers: Sequence[Answer], rows: Sequence[int], seeds: Sequence[int], started: float
    ) -> list[Estimate]:
        seconds = (time.perf_counter() - started) / len(answers)
        return [
            Estimate(
                value=answer.value,
                std=answer.std,
                n=n,
                estimator=self.name,
                seed=seed,
                seconds=seconds,
                warnings=tuple(answer.warnings),
                history=answer.history,
                dof=answer.dof,
                critic=answer.critic,
            )
            for answer, n, seed in zip(answers, rows, seeds, strict=True)
        ]


def _indicators(z: Array) -> bool:
    """Whether each row (n, classes) has a single 1 and zeros."""
    return bool(np.isin(z, (0, 1)).all() and (z.sum(axis=1) == 1).all())
