"""How a neural estimator solves its problems: rows split, critics trained together, and tested."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event

import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.base import Answer, Estimator, Samples
from infoplane.estimators.estimate import Estimate
from infoplane.estimators.neural.batches import SampleRows, Source
from infoplane.estimators.neural.critics.base import Critic
from infoplane.estimators.neural.doubts import doubts_of_rows
from infoplane.estimators.neural.objectives import Bound
from infoplane.estimators.neural.options import Options
from infoplane.estimators.neural.parts import in_parts, parts_of
from infoplane.estimators.neural.restarts import combined, restarted
from infoplane.estimators.neural.testing import tested
from infoplane.estimators.neural.training import Schedule, train
from infoplane.estimators.neural.warm import KeptCritic, beginning
from infoplane.estimators.rows import Split, prepare, split_rows, split_sizes
from infoplane.models.defaults import torch_defaults
from infoplane.streams import stream

__all__ = ["Solver"]


@dataclass(frozen=True)
class Solver(Options, Estimator):
    """The part of a neural estimator that is behind its calls: samples and seeds to answers."""

    @abstractmethod
    def _bound(self) -> Bound:
        """The bound in training: one object for each group of members."""

    @torch_defaults()
    def _solve(
        self,
        samples: Sequence[Samples],
        seeds: Sequence[int],
        device: str,
        init: Sequence[Estimate] | None = None,
    ) -> list[Answer]:
        """Train and test the critics of each member; all members have the same shape."""
        starts = [stream(seed) for seed in seeds]
        splits = [self._split(*pair) for pair in zip(samples, starts, strict=True)]
        alike: dict[tuple[object, ...], list[int]] = {}
        for i, split in enumerate(splits):
            alike.setdefault(split.layout, []).append(i)
        sides = samples[0].x.shape[1], samples[0].z.shape[1]
        together = self._together(*sides)
        begin = beginning(init, [self._kept(sides)] * len(samples))
        answers: dict[int, Answer] = {}
        for members in alike.values():
            for part in self._at_once(len(members), together):
                some = [members[i] for i in part]
                own = [starts[i] for i in some]
                source = self._source(
                    [samples[i] for i in some], [splits[i] for i in some], own, device
                )
                of_some = [seeds[i] for i in some]
                train = partial(self._train, device=device)
                start = None if begin is None else begin[some].flatten(0, 1)
                found = restarted(train, source, of_some, own, self.restarts, together, start)
                answers.update(zip(some, map(combined, found), strict=True))
        return [
            answers[i]._replace(
                warnings=[*answers[i].warnings, *doubts_of_rows(member, self.margins)],
                critic=self._kept(sides, answers[i].critic),
            )
            for i, member in enumerate(samples)
        ]

    def _split(self, samples: Samples, generator: torch.Generator) -> Split:
        """The rows of one member in three."""
        sizes = split_sizes(samples.n, self.train_fraction, self.validation_fraction)
        split = split_rows(samples, sizes, generator, shifts=self._held_out_shifts)
        if self.batch_size > len(split.train):  # the shares were checked, not what groups leave
            raise InputError(
                f"batch_size={self.batch_size} is more than the {len(split.train)} training rows "
                f"that groups leave: pass batch_size<={len(split.train)}, or smaller groups"
            )
        if self.test_shifts is not None and split.apart is not None:
            most = len(split.apart.test)
            if self.test_shifts > most:
                raise InputError(
                    f"test_shifts={self.test_shifts} is more than the {most} derangements of the "
                    f"test rows in which none meets its own group: pass test_shifts<={most}"
                )
        return split

    def _at_once(self, members: int, together: int) -> list[range]:
        """Members whose critics fit in memory together, part by part."""
        size = max(1, together // self.restarts)
        return [range(i, min(i + size, members)) for i in range(0, members, size)]

    def _source(
        self,
        samples: Sequence[Samples],
        splits: Sequence[Split],
        generators: Sequence[torch.Generator],
        device: str,
    ) -> Source:
        return SampleRows(
            prepare(samples, splits, device, self.margins), self.batch_size, generators
        )

    def _kept(self, columns: tuple[int, int], weights: Tensor | None = None) -> KeptCritic:
        """Critics of this estimator with these weights, or such as they would have."""
        if weights is None:
            weights = torch.empty(self.restarts, 0)
        shapes = self.shape_x, self.shape_z
        return KeptCritic(self.critic, self.hidden, columns, shapes, weights)

    def _critic(
        self, dx: int, dz: int, generators: Sequence[torch.Generator], source: Source, device: str
    ) -> Critic:
        return self._critic_type.initial(dx, dz, self.hidden, generators, device)

    def _train(
        self,
        source: Source,
        generators: Sequence[torch.Generator],
        begin: Tensor | None = None,
        *,
        device: str,
    ) -> list[Answer]:
        """The answers of all members of a source; on a processor each core trains some of them."""
        threads = torch.get_num_threads() if torch.device(device).type == "cpu" else 1
        x, z = source.test(torch.arange(1, device=device))
        each = self._bytes_of_member(x.shape[2], z.shape[2])

        def work(part: slice, stop: Event) -> list[Answer]:
            own = generators[part]
            some = source if len(own) == len(generators) else source.shared(members[part], own)
            return self._train_part(some, own, None if begin is None else begin[part], device, stop)

        members = torch.arange(len(generators))
        found = in_parts(work, parts_of(len(generators), each, threads))
        return [answer for part in found for answer in part]

    def _train_part(
        self,
        source: Source,
        generators: Sequence[torch.Generator],
        begin: Tensor | None,
        device: str,
        stop: Event,
    ) -> list[Answer]:
        everyone = torch.arange(len(generators), device=device)
        x, z = source.test(everyone[:1])
        critic = self._critic(x.shape[2], z.shape[2], generators, source, device)
        if begin is not None:
            critic = critic.like(begin.to(critic.weights, copy=True))
        bound = self._bound()
        check_shifts, test_shifts = self._held_out_shifts
        schedule = Schedule(
            steps=self.steps,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            average_decay=self.average_decay,
            clip=self.clip,
            check_every=self.check_every,
            patience=self.patience,
            negatives=self._negatives,
            check_shifts=check_shifts,
        )
        best, runs = train(critic, bound, source, schedule, stop)
        critic = critic.like(best)
        return [
            tested(
                runs[i],
                bound,
                critic.select(member),
                source,
                i,
                shifts=test_shifts,
                steps=self.steps,
            )._replace(critic=best[member].cpu())
            for i, member in enumerate(everyone.split(1))
        ]
