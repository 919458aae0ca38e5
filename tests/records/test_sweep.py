"""Sweeps: what is missing is computed, once, and kept; what breaks is recorded as broken."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from infoplane.errors import InputError
from infoplane.records.sweep import _groups, sweep
from tests import toy
from tests.toy import plan

ROOT = Path(__file__).parents[1]


def test_only_what_is_missing_is_computed(stores):
    first = sweep(plan(1, 2), jobs=1)
    again = sweep(plan(2, 1, 3), jobs=1)
    assert (first.computed, again.computed) == (2, 1)
    assert [record.values["square"] for record in again] == [4, 1, 9]  # in the order asked
    assert sweep(plan(1), jobs=1, fresh=True).computed == 1


def test_processes_give_the_same_as_one(stores):
    xs = range(6)
    assert [r.values["square"] for r in sweep(plan(*xs), jobs=2)] == [x * x for x in xs]


def test_a_failed_run_is_recorded_and_the_others_go_on(stores):
    done = sweep(plan(1, 13, 2), jobs=1)
    assert len(done.frame()) == 2
    (failed,) = done.failed
    assert "ZeroDivisionError: thirteen" in failed.error
    assert sweep(plan(1, 13, 2), jobs=1).computed == 1  # tried again, alone


def test_bad_input_stops_the_sweep_but_keeps_what_was_finished(stores):
    with pytest.raises(InputError, match="x=-1 is refused"):
        sweep(plan(1, -1), jobs=1)
    assert sweep(plan(1), jobs=1).computed == 0


def test_batches_hold_configs_that_differ_only_in_what_may_vary(stores):
    configs = [{"x": x, "n": n} for n in (10, 20) for x in range(5)]
    batched = replace(plan(), many=toy.squares, vary=("x",), configs=configs)
    groups = _groups(batched, configs, jobs=2)
    assert all(len({c["n"] for c in group}) == 1 for group in groups)
    assert sorted(c["x"] for group in groups for c in group) == sorted(c["x"] for c in configs)
    done = sweep(batched, jobs=1)
    assert [r.values["square"] for r in done] == [c["x"] ** 2 for c in configs]


def test_one_that_breaks_a_batch_is_the_only_one_to_fail(stores):
    batched = replace(plan(1, 13, 2), many=toy.squares_that_break, vary=("x",))
    done = sweep(batched, jobs=1)
    assert [record.failed for record in done] == [False, True, False]


def test_a_killed_sweep_resumes_where_it_was(stores, tmp_path):
    """SIGKILL in the middle: the records that were finished are whole, and are not made again."""
    code = (
        "import sys, time; sys.path.insert(0, {root!r})\n"
        "from pathlib import Path\n"
        "from infoplane import paths\n"
        "from infoplane.records.sweep import sweep\n"
        "from tests import toy\n"
        "paths.local_results = lambda: Path({store!r})\n"
        "original = toy.square\n"
        "def slow(config, *, device='cpu'):\n"
        "    time.sleep(0.2)\n"
        "    return original(config)\n"
        "slow.__module__, slow.__name__ = original.__module__, original.__name__\n"
        "plan = toy.plan(*range(100))\n"
        "sweep(type(plan)(slow, plan.configs), jobs=1)\n"
    ).format(root=str(ROOT), store=str(tmp_path / "local"))
    child = subprocess.Popen([sys.executable, "-c", code])
    folder = tmp_path / "local" / "tests.toy.square"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and len(list(folder.glob("*.json"))) < 3:
        time.sleep(0.05)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    finished = len(list(folder.glob("*.json")))
    assert 3 <= finished < 100
    assert sweep(plan(*range(100)), jobs=1).computed == 100 - finished


def test_a_dask_cluster_takes_the_same_calls(stores, monkeypatch):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        monkeypatch.setenv("INFOPLANE_SCHEDULER", cluster.scheduler_address)
        with distributed.Client(cluster) as client:
            client.run(sys.path.insert, 0, str(ROOT))  # where the toy experiment is
        done = sweep(plan(1, 2, 13))
        assert [r.values.get("square") for r in done] == [1, 4, None]
        assert sweep(plan(1, 2)).computed == 0


def test_a_scheduler_that_is_not_there_is_named(stores, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setenv("INFOPLANE_SCHEDULER", "tcp://127.0.0.1:9")
    monkeypatch.setattr("infoplane.records.sweep.CONNECT_SECONDS", 1)
    with pytest.raises(
        InputError, match=r"INFOPLANE_SCHEDULER='tcp://127.0.0.1:9' does not answer"
    ):
        sweep(plan(1))


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_drawn_on_a_terminal_only(stores, monkeypatch):
    for screen, drawn in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", screen)
        sweep(plan(1, 2), jobs=1, fresh=True)
        assert ("tests.toy.square" in screen.getvalue()) == drawn


def test_progress_reaches_the_file_that_a_parent_watches(stores, monkeypatch, tmp_path):
    watched = tmp_path / "progress.jsonl"
    monkeypatch.setenv("INFOPLANE_PROGRESS", str(watched))
    sweep(plan(1, 2), jobs=1)
    reports = [json.loads(line) for line in watched.read_text().splitlines()]
    assert [report["done"] for report in reports] == [0, 1, 2]
    assert {report["total"] for report in reports} == {2}
