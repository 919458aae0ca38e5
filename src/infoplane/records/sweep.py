"""Run an experiment on many configs, in parallel, computing only what no record holds."""

import json
import os
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import joblib
from tqdm import tqdm

from infoplane.errors import InputError
from infoplane.records.plan import Plan
from infoplane.records.provenance import commit, hardware, versions
from infoplane.records.store import Record, Records, code_of, find, key, plain, save

__all__ = ["sweep"]

CONNECT_SECONDS = 10  # how long a Dask scheduler may take to answer
GROUP = 16  # members of one batched model: what a core trains at little more than one's cost


def sweep(
    plan: Plan, *, device: str = "cpu", fresh: bool = False, jobs: int | None = None
) -> Records:
    """The records of every config of `plan`, in order; what is missing is computed and kept.

    One process a core with its threads pinned to one, or the Dask cluster whose scheduler
    INFOPLANE_SCHEDULER names. Each record is written as soon as it is there, so a killed sweep
    loses at most what was running. A run that raises is recorded as failed, with its traceback,
    and the others go on; bad input (InputError) stops the sweep, since it would be bad again.

    device: where tensors live; fresh: ignore both stores; jobs: processes (default: the cores).
    """
    configs = [plain(config) for config in plan.configs]
    name = plan.name
    found = [None] * len(configs) if fresh else find(plan)
    done = {
        key(name, c): record for c, record in zip(configs, found, strict=True) if record is not None
    }
    wanted = {key(name, c): c for c in configs if key(name, c) not in done}
    jobs = jobs or joblib.cpu_count()
    groups = _groups(plan, list(wanted.values()), jobs)
    bad_input = None
    with _progress(name, len(wanted)) as advance:
        for records, refused in _execute_all(plan, groups, device, jobs):
            bad_input = bad_input or refused
            for record in records:
                save(record)
                done[key(name, record.config)] = record
            advance(len(records))
    if bad_input:
        raise InputError(bad_input)
    return Records([done[key(name, c)] for c in configs], computed=len(wanted))


def _groups(plan: Plan, configs: list[Any], jobs: int) -> list[list[Any]]:
    """Configs that one batched model can train together, no larger than keeps each core busy."""
    if not plan.many:
        return [[config] for config in configs]
    alike = defaultdict(list)
    for config in configs:
        fixed = {name: value for name, value in config.items() if name not in plan.vary}
        alike[json.dumps(fixed, sort_keys=True)].append(config)
    share = -(-len(configs) // jobs)
    size = max(1, min(GROUP, share))
    return [same[i : i + size] for same in alike.values() for i in range(0, len(same), size)]


Outcome = tuple[list[Record], str | None]


def _execute_all(plan: Plan, groups: list[Any], device: str, jobs: int) -> Iterator[Outcome]:
    alone = replace(plan, configs=[])  # a worker needs the functions, not every config
    tasks = [(alone, group, device) for group in groups]
    scheduler = os.environ.get("INFOPLANE_SCHEDULER")
    if scheduler and tasks:
        yield from _on_dask(scheduler, tasks)
    elif len(tasks) == 1 or jobs == 1:
        yield from (_execute(*task) for task in tasks)
    elif tasks:
        # idle workers leave soon: nobody tells them when their parent was killed
        options = {"inner_max_num_threads": 1, "idle_worker_timeout": 20}
        with joblib.parallel_config(backend="loky", **options):
            pool = joblib.Parallel(n_jobs=min(jobs, len(tasks)), return_as="generator_unordered")
            yield from pool(joblib.delayed(_execute_pinned)(*task) for task in tasks)


def _on_dask(scheduler: str, tasks: list[Any]) -> Iterator[Outcome]:
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise InputError(
            f"INFOPLANE_SCHEDULER={scheduler!r} needs dask.distributed: "
            "pip install 'infoplane[dask]', or unset the variable"
        ) from error
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise InputError(
            f"INFOPLANE_SCHEDULER={scheduler!r} does not answer as a Dask scheduler: give its "
            "address (tcp://host:port), or unset the variable to use this machine's cores"
        ) from error
    with client:
        futures = [client.submit(_execute_pinned, *task, pure=False) for task in tasks]
        for future in as_completed(futures):
            yield future.result()


def _execute_pinned(plan: Plan, configs: list[Any], device: str) -> Outcome:
    import torch

    torch.set_num_threads(1)
    return _execute(plan, configs, device)


def _execute(plan: Plan, configs: list[Any], device: str) -> Outcome:
    """Run one group, in whatever process this is; only an interrupt gets out of it."""
    started = time.perf_counter()
    error = None
    values: list[Any] = [{} for _ in configs]
    try:
        values = plan.values(configs, device=device)
    except InputError as bad:
        return [], str(bad)
    except Exception:
        if len(configs) > 1:  # find the one that broke; the others are not to blame
            return _each_alone(plan, configs, device)
        error = traceback.format_exc()
    seconds = (time.perf_counter() - started) / len(configs)
    made: dict[str, Any] = {
        "experiment": plan.name,
        "seconds": round(seconds, 4),
        "code": code_of(plan),
        "commit": commit(),
        "device": device,
        "versions": versions(),
        "machine": hardware(device),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "error": error,
    }
    return [
        Record(config=config, values=plain(value), **made)
        for config, value in zip(configs, values, strict=True)
    ], None


def _each_alone(plan: Plan, configs: list[Any], device: str) -> Outcome:
    records: list[Record] = []
    for config in configs:
        found, refused = _execute(plan, [config], device)
        if refused:
            return records, refused
        records += found
    return records, None


@contextmanager
def _progress(name: str, total: int) -> Iterator[Any]:
    """Count finished runs on a terminal's standard error, or in the file that a parent watches.

    Inside a notebook standard error is part of the page, so nothing is drawn there;
    `infoplane run` names a file in INFOPLANE_PROGRESS and draws the bar itself.
    """
    watched = os.environ.get("INFOPLANE_PROGRESS")
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        bar.update(count)
        if watched and total:
            with open(watched, "a", encoding="utf-8") as lines:
                lines.write(json.dumps({"name": name, "done": done, "total": total}) + "\n")

    quiet = not sys.stderr.isatty() or not total
    with tqdm(total=total, desc=name, unit="run", disable=quiet, file=sys.stderr) as bar:
        tell(0)
        yield tell
