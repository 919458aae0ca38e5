"""An audit: published records computed again, some of every experiment, and compared."""

import json
import math
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import click
import joblib
from tqdm import tqdm

from infoplane.errors import InputError
from infoplane.records.compare import comparable, compare, compare_trained, doubted
from infoplane.records.plan import Config, Plan, Values
from infoplane.records.store import Record, find, key, plain

__all__ = ["Case", "audit", "cases", "sample"]

FRESH_SEED = 1_000_003  # what is added to a seed for a run that no record has
FRESH = 3  # such runs, where too few seeds are published to tell a training's error from


@dataclass(frozen=True)
class Case:
    """A published record to be audited, with the values that other seeds have.

    able: why it cannot be compared, or "". fresh: how many runs under fresh seeds it needs.
    """

    plan: Plan
    record: Record
    others: tuple[Values, ...] = ()
    unable: str = ""
    fresh: int = 0

    @property
    def seconds(self) -> float:
        """What computing it takes, by what it took; a batch shares what a run alone pays."""
        return self.record.seconds * (1 + self.fresh)


def audit(
    plans: Iterable[Plan], count: int = 30, seed: int | None = None, minutes: float = 10
) -> list[str]:
    """Recompute published records of every experiment; one line for each that does not hold.

    minutes: of computing, by the seconds the records took; what would take longer is left out,
    and cheap records are drawn more often than expensive ones. What can be compared, what cannot,
    why, and what was left out is printed, experiment by experiment.
    """
    found = cases(plans)
    for line in coverage(found):
        click.echo(line)
    chosen, left_out = sample(found, count, seed, minutes)
    for line in left_out:
        click.echo(line)
    broken = []
    with joblib.parallel_config(backend="loky", inner_max_num_threads=1):
        pool = joblib.Parallel(n_jobs=-1, return_as="generator_unordered", pre_dispatch="n_jobs")
        outcomes = pool(joblib.delayed(_again)(_alone(case)) for case in chosen)
        bar = tqdm(outcomes, total=len(chosen), unit="record", disable=None)
        for record, verdict, holds in bar:
            name = f"{record.experiment} {key(record.experiment, record.config)}"
            tqdm.write(f"{name} ({record.date[:10]}): {verdict}")
            if not holds:
                broken.append(f"{name}: {verdict}")
    return broken


def cases(plans: Iterable[Plan]) -> list[Case]:
    """Every published record of the plans, with what it is to be compared to."""
    plan_of: dict[tuple[str, str], tuple[Plan, Record]] = {}
    alike: dict[tuple[str, str], list[Record]] = defaultdict(list)
    for plan in plans:
        for record in find(plan, stores=("published",)):
            if record is not None:
                name = plan.name, key(plan.name, record.config)
                if name not in plan_of:
                    alike[plan.name, _but_seed(record.config)].append(record)
                plan_of[name] = plan, record
    return [
        _case(plan, record, alike[plan.name, _but_seed(record.config)])
        for plan, record in plan_of.values()
    ]


def _case(plan: Plan, record: Record, alike: list[Record]) -> Case:
    if not plan.training:
        any_number = any(True for _ in compare(record.values, {}))
        return Case(plan, record, unable="" if any_number else "of texts alone")
    others = tuple(other.values for other in alike if other is not record)
    if any(True for _ in comparable(record.values, others)):
        return Case(plan, record, others)
    if any(doubted(record.values, name) for name in record.values):
        return Case(plan, record, others, unable="doubted as worthless by its own warnings")
    itself = [record.values] * FRESH
    able = any(True for _ in comparable(record.values, itself))
    if len(others) < FRESH and "seed" in record.config and able:
        return Case(plan, record, others, fresh=FRESH)
    return Case(plan, record, others, unable="without three sound seeds beside it")


def _but_seed(config: Config) -> str:
    return json.dumps({name: v for name, v in config.items() if name != "seed"}, sort_keys=True)


def coverage(found: Iterable[Case]) -> list[str]:
    """A line an experiment: how many records an audit can compare, how many not, and why."""
    lines = []
    by_name: dict[str, list[Case]] = defaultdict(list)
    for case in found:
        by_name[case.plan.name].append(case)
    for name, of_one in sorted(by_name.items()):
        able = sum(not case.unable for case in of_one)
        how = "to rounding"
        if of_one[0].plan.training:
            how = "with the spread over seeds"
        line = f"{name}: {able} of {len(of_one)} records can be compared, {how}"
        reasons = [case.unable for case in of_one if case.unable]
        words = [f"{reasons.count(why)} {why}" for why in dict.fromkeys(reasons)]
        lines.append("; ".join([line, *words]))
    return lines


def sample(
    found: Iterable[Case], count: int, seed: int | None, minutes: float
) -> tuple[list[Case], list[str]]:
    """The cases to compute, in turn of every experiment; and a line for each without any.

    Within an experiment the chance of a record falls with the seconds it takes.
    """
    rng = random.Random(seed)
    orders: dict[str, list[Case]] = defaultdict(list)
    for case in sorted(found, key=lambda c: (c.plan.name, key(c.plan.name, c.record.config))):
        if not case.unable:
            orders[case.plan.name].append(case)
    for order in orders.values():
        weights = [(-math.log(1 - rng.random()) * (1 + case.seconds), case) for case in order]
        order[:] = [case for _, case in sorted(weights, key=lambda pair: pair[0])]
    chosen: list[Case] = []
    left, budget = dict.fromkeys(orders, 0), 60 * minutes
    most = max(map(len, orders.values()), default=0)
    for turn in range(most):
        those = [order[turn] for order in orders.values() if turn < len(order)]
        for case in sorted(those, key=lambda c: c.seconds):
            if len(chosen) < count and case.seconds <= budget:
                budget -= case.seconds
                chosen.append(case)
            elif len(chosen) < count:
                left[case.plan.name] += 1
        if len(chosen) == count:
            break
    taken = {case.plan.name for case in chosen}
    lines = []
    for name, order in sorted(orders.items()):
        if name not in taken:
            least = min(case.seconds for case in order)
            why = f"the cheapest takes {least:.0f} s: pass more minutes" if left[name] else "count"
            lines.append(f"{name}: nothing is computed ({why})")
    return chosen, lines


def _alone(case: Case) -> Case:
    return replace(case, plan=replace(case.plan, configs=[]))


def _again(case: Case) -> tuple[Record, str, bool]:
    """The record, what its recomputation says of it, and whether it holds."""
    import torch

    torch.set_num_threads(1)
    record = case.record
    try:
        new = _values(case.plan, record.config)
        others = list(case.others) + [
            _values(case.plan, {**record.config, "seed": record.config["seed"] + FRESH_SEED * k})
            for k in range(1, case.fresh + 1)
        ]
    except InputError as refused:  # a data set that is not here
        return record, f"cannot be computed here: {refused}", True
    if new == record.values:
        return record, "holds to the last digit", True
    if not case.plan.training:
        differences = list(compare(record.values, new))
        return record, "; ".join(differences) or "holds up to rounding", not differences
    differences = list(compare_trained(record.values, new, others))
    holds = f"holds within the spread of {len(others)} other seeds"
    return record, "; ".join(differences) or holds, not differences


def _values(plan: Plan, config: dict[str, Any]) -> Values:
    (values,) = plan.values([config], device="cpu")
    found: Values = plain(values)
    return found
