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

import joblib
import pytest

from infoplane.errors import InputError
from infoplane.records.plan import Plan
from infoplane.records.store import find
from infoplane.records.sweep import GROUP, _groups, sweep
from tests.toy import batched, plan

ROOT = Path(__file__).parents[2]


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


def x_of(records):
    return sorted(record.config["x"] for record in records if record is not None)


@pytest.mark.parametrize("jobs", [1, 2])
def test_bad_input_stops_the_sweep_and_what_was_running_is_kept(stores, tmp_path, jobs):
    asked = plan(-1, *range(20, 40), folder=str(tmp_path))
    with pytest.raises(InputError, match="x=-1 is refused"):
        sweep(asked, jobs=jobs)
    started = {int(path.name.split("-")[0]) for path in tmp_path.glob("*-*")}
    # beside the bad one, and nothing after it is known, which on a busy machine takes its time
    assert len(started) < (20 if jobs > 1 else 1)
    assert started == set(range(20, 20 + len(started)))
    assert set(x_of(find(asked))) == started


def test_what_was_finished_before_bad_input_is_kept(stores):
    with pytest.raises(InputError, match="x=-1 is refused"):
        sweep(plan(1, -1, 2), jobs=1)
    assert x_of(find(plan(1, 2))) == [1]


@pytest.mark.parametrize("xs", [(-1, 1, 2), (1, -1, 2), (1, 2, -1)])
def test_good_members_of_a_batch_with_a_bad_one_are_kept(stores, xs):
    with pytest.raises(InputError, match="x=-1 is refused"):
        sweep(batched(*xs), jobs=1)
    assert x_of(find(batched(1, 2))) == [1, 2]


def test_batches_hold_configs_that_differ_only_in_what_may_vary(stores):
    configs = [{"x": x, "n": n} for n in (10, 20) for x in range(5)]
    asked = Plan("tests.toy.square", configs, many="tests.toy.squares", vary=("x",))
    groups = _groups(asked, configs, 2, "cpu")
    assert all(len({c["n"] for c in group}) == 1 for group in groups)
    assert sorted(c["x"] for group in groups for c in group) == sorted(c["x"] for c in configs)
    done = sweep(asked, jobs=1)
    assert [r.values["square"] for r in done] == [c["x"] ** 2 for c in configs]


def test_batches_keep_every_core_busy_and_are_whole_on_a_gpu():
    asked = batched(*range(100))
    sizes = {
        device: {len(group) for group in _groups(asked, asked.configs, 2, device)}
        for device in ("cpu", "cuda", "cuda:1")
    }
    assert sizes == {"cpu": {GROUP, 100 % GROUP}, "cuda": {100}, "cuda:1": {100}}
    assert {len(group) for group in _groups(asked, asked.configs, 25, "cpu")} == {4}


def test_one_process_computes_on_a_gpu(stores, monkeypatch):
    asked = {}
    monkeypatch.setattr(
        "infoplane.records.sweep._execute_all",
        lambda plan, groups, device, jobs: iter(asked.update({device: (len(groups), jobs)}) or ()),
    )
    for device in ("cpu", "cuda"):
        with pytest.raises(KeyError):  # nothing was computed
            sweep(batched(*range(100)), device=device)
    assert asked["cuda"] == (1, 1)
    assert asked["cpu"][1] == joblib.cpu_count()


def test_one_that_breaks_a_batch_is_the_only_one_to_fail(stores):
    done = sweep(batched(1, 13, 2), jobs=1)
    assert [record.failed for record in done] == [False, True, False]


def test_a_killed_sweep_resumes_where_it_was(stores, tmp_path):
    """SIGKILL in the middle: the records that were finished are whole, and are not made again."""
    code = (
        "import sys; sys.path.insert(0, {root!r})\n"
        "from dataclasses import replace\n"
        "from pathlib import Path\n"
        "from infoplane import paths\n"
        "from infoplane.records.sweep import sweep\n"
        "from tests import toy\n"
        "paths.local_results = lambda: Path({store!r})\n"
        "sweep(replace(toy.plan(*range(100)), run='tests.toy.slow'), jobs=1)\n"
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
    asked = replace(plan(*range(100)), run="tests.toy.slow")
    assert 100 - find(asked).count(None) == finished


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
        with pytest.raises(InputError, match="x=-1 is refused"):
            sweep(plan(-1, *range(20, 40)))
        assert find(plan(*range(21, 40))) == [None] * 19  # one worker, and nothing after


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


def test_two_sweeps_of_one_name_report_as_two(stores, monkeypatch, tmp_path):
    watched = tmp_path / "progress.jsonl"
    monkeypatch.setenv("INFOPLANE_PROGRESS", str(watched))
    sweep(plan(1, 2), jobs=1)
    sweep(plan(3), jobs=1)
    reports = [json.loads(line) for line in watched.read_text().splitlines()]
    last = {report["sweep"]: (report["done"], report["total"]) for report in reports}
    assert sorted(last.values()) == [(1, 1), (2, 2)]
