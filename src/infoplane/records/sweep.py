"""Run an experiment on many configs, in parallel, computing only what no record holds."""

import concurrent.futures
import json
import os
import secrets
import sys
import time
import traceback
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any

import joblib
from joblib.externals.loky import get_reusable_executor
from tqdm import tqdm

from infoplane.errors import InputError
from infoplane.records.plan import Plan
from infoplane.records.provenance import commit, hardware, versions
from infoplane.records.store import STORES, Record, Records, Store, code_of, find, key, plain, save

__all__ = ["sweep"]

CONNECT_SECONDS = 10  # how long a Dask scheduler may take to answer
GROUP = 8  # members of one batched model: more share a core's caches, and no more of its time
IDLE_SECONDS = 20  # workers leave soon: nobody tells them when their parent was killed
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"
)


def sweep(
    plan: Plan,
    *,
    device: str = "cpu",
    fresh: bool = False,
    jobs: int | None = None,
    stores: tuple[Store, ...] = STORES,
) -> Records:
    """The records of every config of `plan`, in order; what is missing is computed and kept.

    One process a core with its threads pinned to one, or the Dask cluster whose scheduler
    INFOPLANE_SCHEDULER names; on a GPU one process, which trains whole batches. Each record is
    written as soon as it is there, so a killed sweep loses at most what was running. A run that
    raises is recorded as failed, with its traceback, and the others go on.

    device: where tensors live; fresh: ignore both stores; jobs: processes (default: the cores);
    stores: whose records count.
    Raises InputError for bad input, which would be bad again: nothing further is started, what
    is running is finished and kept, as are the good members of a batch that has a bad one.
    """
    configs = [plain(config) for config in plan.configs]
    name = plan.name
    found = [None] * len(configs) if fresh else find(plan, stores)
    done = {
        key(name, c): record for c, record in zip(configs, found, strict=True) if record is not None
    }
    wanted = {key(name, c): c for c in configs if key(name, c) not in done}
    jobs = jobs or (joblib.cpu_count() if _on_cpu(device) else 1)
    groups = _groups(plan, list(wanted.values()), jobs, device)
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


def _on_cpu(device: str) -> bool:
    return device.partition(":")[0] == "cpu"


def _groups(plan: Plan, configs: list[Any], jobs: int, device: str) -> list[list[Any]]:
    """Configs that one batched model can train together: on a GPU all that can.

    On processors no more than keeps each core busy, and than a core trains at little cost.
    """
    if not plan.many:
        return [[config] for config in configs]
    alike = defaultdict(list)
    for config in configs:
        fixed = {name: value for name, value in config.items() if name not in plan.vary}
        alike[json.dumps(fixed, sort_keys=True)].append(config)
    share = -(-len(configs) // jobs)
    size = max(1, min(GROUP, share) if _on_cpu(device) else len(configs))
    return [same[i : i + size] for same in alike.values() for i in range(0, len(same), size)]


Outcome = tuple[list[Record], str | None]


def _execute_all(plan: Plan, groups: list[Any], device: str, jobs: int) -> Iterator[Outcome]:
    """What comes of each group, in the order in which they end; none begins after bad input."""
    alone = replace(plan, configs=[])  # a worker needs the functions, not every config
    tasks = [(alone, group, device) for group in groups]
    scheduler = os.environ.get("INFOPLANE_SCHEDULER")
    if scheduler and tasks:
        yield from _on_dask(scheduler, tasks)
    elif len(tasks) == 1 or jobs == 1:
        for task in tasks:
            outcome = _execute(*task)
            yield outcome
            if outcome[1]:
                return
    elif tasks:
        yield from _on_cores(min(jobs, len(tasks)), tasks)


def _on_cores(jobs: int, tasks: list[Any]) -> Iterator[Outcome]:
    pool = get_reusable_executor(max_workers=jobs, timeout=IDLE_SECONDS, env=ONE_THREAD)
    finished = False
    try:
        with warnings.catch_warnings():
            # one that left while another worked long is started again, which is no news
            warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
            submit = partial(pool.submit, _execute_pinned)
            yield from _in_turn(submit, concurrent.futures.wait, tasks, jobs)
        finished = True
    finally:
        if not finished:  # an interrupt: what runs is not waited for
            pool.shutdown(wait=False, kill_workers=True)


def _in_turn(
    submit: Callable[..., Any], wait: Callable[..., Any], tasks: Iterable[Any], width: int
) -> Iterator[Outcome]:
    """Outcomes of tasks, `width` of which run at a time, so that bad input finds none waiting."""
    waiting = iter(tasks)
    running = {submit(*task) for task in islice(waiting, width)}
    refused = False
    while running:
        done, running = wait(running, return_when="FIRST_COMPLETED")
        for future in done:
            outcome = future.result()
            refused = refused or outcome[1] is not None
            yield outcome
        if not refused:
            running |= {submit(*task) for task in islice(waiting, len(done))}


def _on_dask(scheduler: str, tasks: list[Any]) -> Iterator[Outcome]:
    try:
        from distributed import Client, wait
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
        submit = partial(client.submit, _execute_pinned, pure=False)
        yield from _in_turn(submit, wait, tasks, max(1, sum(client.nthreads().values())))


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
    except Exception as broken:
        if len(configs) > 1:  # find the one that broke; the others are not to blame
            return _each_alone(plan, configs, device)
        if isinstance(broken, InputError):
            return [], str(broken)
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
    """The records of all that are good, and what is said of the first that is not."""
    outcomes = [_execute(plan, [config], device) for config in configs]
    refusals = [refused for _, refused in outcomes if refused is not None]
    return [record for found, _ in outcomes for record in found], next(iter(refusals), None)


@contextmanager
def _progress(name: str, total: int) -> Iterator[Any]:
    """Count finished runs on a terminal's standard error, or in the file that a parent watches.

    Inside a notebook standard error is part of the page, so nothing is drawn there; whoever
    names a file in INFOPLANE_PROGRESS draws the bar of all sweeps itself.
    """
    watched = os.environ.get("INFOPLANE_PROGRESS")
    own = secrets.token_hex(4)  # a chapter may have several plans of one name
    done = 0

    def tell(count: int) -> None:
        nonlocal done
        done += count
        bar.update(count)
        if watched and total:
            report = {"sweep": own, "name": name, "done": done, "total": total}
            with open(watched, "a", encoding="utf-8") as lines:
                lines.write(json.dumps(report) + "\n")

    quiet = bool(watched) or not sys.stderr.isatty() or not total
    with tqdm(total=total, desc=name, unit="run", disable=quiet, file=sys.stderr) as bar:
        tell(0)
        yield tell
