"""Members side by side: the same answers, errors and interrupts as one after the other."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from infoplane.datasets.gaussian import CorrelatedGaussian
from infoplane.errors import InputError
from infoplane.estimators import AAMINE, MINE, InfoNCE
from infoplane.estimators.neural import parts as module
from infoplane.estimators.neural.parts import (
    CACHE,
    CORES,
    LEAST,
    UNEVEN,
    StoppedError,
    in_parts,
    parts_of,
)
from tests.estimators.correlated import batch_of

SHORT: dict[str, Any] = {"hidden": (16, 8), "batch_size": 64, "steps": 12, "check_every": 4}


@pytest.fixture(params=[2, 3])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


@pytest.mark.parametrize("each", [1, LEAST // 8, LEAST, CACHE, 3 * CACHE])
@pytest.mark.parametrize("threads", [1, 2, 3, CORES, CORES + 1])
@pytest.mark.parametrize("members", [1, 2, 3, 7, 8, 31, 32, 100])
def test_parts_are_of_all_members_and_of_one_size(members: int, threads: int, each: int) -> None:
    parts = parts_of(members, each, threads)
    assert [i for part in parts for i in range(members)[part]] == list(range(members))
    sizes = [part.stop - part.start for part in parts]
    if not 1 < threads <= CORES or members * each < threads * LEAST or members < threads:
        assert sizes == [members]
        return
    share = members / threads
    if len(parts) == 1:  # as any division leaves a thread with much more than its share
        assert -(-members // threads) > UNEVEN * share
        return
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) * each <= max(each, CACHE) or len(parts) == threads
    assert max(sizes) * -(-len(parts) // threads) <= UNEVEN * share


def test_answers_come_in_order_from_threads_of_one_thread_each(threads: int) -> None:
    def work(part: slice, stop: threading.Event) -> tuple[int, int, bool]:
        time.sleep(0.01 * (3 - part.start))  # the first ends last
        return part.start, torch.get_num_threads(), stop.is_set()

    found = in_parts(work, [slice(i, i + 1) for i in range(4)])
    assert found == [(i, 1, False) for i in range(4)]
    assert torch.get_num_threads() == threads
    (alone,) = in_parts(lambda part, stop: torch.get_num_threads(), [slice(0, 9)])
    assert alone == threads
    later: list[int] = []
    thread = threading.Thread(target=lambda: later.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    assert later == [threads]  # and threads to come are as they would have been


def test_an_error_ends_the_others_and_is_told(threads: int) -> None:
    ended: list[int] = []

    def work(part: slice, stop: threading.Event) -> None:
        if part.start == 1:
            raise InputError("the second is refused")
        assert stop.wait(60)
        ended.append(part.start)
        raise StoppedError

    with pytest.raises(InputError, match="the second is refused"):
        in_parts(work, [slice(i, i + 1) for i in range(20)])
    assert 0 in ended
    assert len(ended) <= threads  # one of each thread, and what had not begun does not begin
    assert torch.get_num_threads() == threads


@pytest.fixture(params=["fixed", "restarts", "noisy", "groups", "going on", "fresh"])
def asked(request: pytest.FixtureRequest) -> Any:
    """A call that trains several members, and how far its answers may differ."""
    x, z = batch_of(2, 0.7, 300, 5)
    seeds = [3, 1, 4, 1, 5]
    if request.param == "fixed":
        return lambda: InfoNCE(**SHORT, restarts=1).estimate_batch(x, z, seeds=seeds)
    if request.param == "restarts":
        return lambda: MINE(**SHORT, restarts=3).estimate_batch(x, z, seeds=seeds)
    if request.param == "noisy":
        noisy = AAMINE(**SHORT, restarts=2, noise_std=0.5, form="input")
        return lambda: noisy.estimate_batch(x, z, seeds=seeds)
    if request.param == "groups":
        groups = np.arange(300) // 3
        return lambda: MINE(**SHORT, restarts=2).estimate_batch(x, z, seeds=seeds, groups=groups)
    if request.param == "going on":
        mine = MINE(**SHORT, restarts=2)
        first = mine.estimate_batch(x, z, seeds=seeds, keep_critic=True)
        return lambda: mine.estimate_batch(x, z, seeds=seeds, init=first)
    draw = CorrelatedGaussian(d=2, rho=0.5).draw
    return lambda: MINE(**SHORT, restarts=2).estimate_fresh([draw] * 5, seeds=seeds, n=300)


def test_estimates_are_those_of_one_after_the_other(
    asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """12 steps are too few for rounding, 1e-7 of the scores, to lead training elsewhere."""
    before = torch.get_num_threads()
    monkeypatch.setattr(module, "LEAST", 2**60)
    known = asked()
    found = []
    for threads, cache in ((2, 2**30), (3, 2**16)):
        monkeypatch.setattr(module, "LEAST", 1)
        monkeypatch.setattr(module, "UNEVEN", 9)
        monkeypatch.setattr(module, "CACHE", cache)
        torch.set_num_threads(threads)
        found.append(asked())
        torch.set_num_threads(before)
    for others in found:
        for one, other in zip(known, others, strict=True):
            assert other.value == pytest.approx(one.value, abs=1e-4)
            assert other.std == pytest.approx(one.std, rel=1e-3)
            assert (other.n, other.seed, other.warnings) == (one.n, one.seed, one.warnings)
            np.testing.assert_allclose(other.history["train"], one.history["train"], atol=1e-4)
            assert list(other.history["step"]) == list(one.history["step"])


@pytest.fixture
def split(monkeypatch: pytest.MonkeyPatch, threads: int) -> None:
    monkeypatch.setattr(module, "LEAST", 1)
    monkeypatch.setattr(module, "UNEVEN", 9)


@pytest.mark.usefixtures("split")
def test_a_draw_is_never_asked_by_two_threads_at_once() -> None:
    """It may keep an array that it fills anew."""
    inside, buffer = threading.Lock(), torch.empty(2**16, 2)

    def draw(n: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        assert inside.acquire(blocking=False)
        rows = buffer[:n].normal_(generator=generator)
        time.sleep(0.002)
        inside.release()
        return rows[:, :1], rows[:, 1:]

    found = MINE(**SHORT, restarts=1).estimate_fresh([draw] * 4, seeds=range(4), n=300)
    assert all(abs(e.value) < 0.1 for e in found)


@pytest.mark.usefixtures("split")
def test_a_draw_that_is_refused_while_others_train_is_told() -> None:
    def draw(n: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        rows = torch.randn(n, 3, generator=generator)
        calls.append(n)
        return (rows[:, :1], rows[:, 1:]) if len(calls) > 12 else (rows[:, :1], rows[:, 1:2])

    calls: list[int] = []
    with pytest.raises(InputError, match="gave z with 2 columns, after 1 before"):
        MINE(**{**SHORT, "steps": 10**6, "patience": 10**6}, restarts=1).estimate_fresh(
            [draw] * 4, seeds=range(4), n=300
        )


LONG = """
import signal, threading, _thread
import numpy as np, torch
from infoplane.estimators import MINE
from infoplane.estimators.neural import parts, training

# a job in the background begins with interrupts ignored
signal.signal(signal.SIGINT, signal.default_int_handler)
torch.set_num_threads(2)
parts.LEAST = 1
plain, threads, interrupted = training._AveragedAdam.step, set(), []

def step(self, grad):
    threads.add(threading.get_ident())
    if len(threads) == 2 and not interrupted:
        interrupted.append(True)
        _thread.interrupt_main()  # what Ctrl-C does
    plain(self, grad)

training._AveragedAdam.step = step
x = np.random.default_rng(0).normal(size=(4, 200, 1))
try:
    MINE(steps=10**7, patience=10**7, batch_size=32, hidden=(8, 8), restarts=1).estimate_batch(
        x, x, seeds=range(4)
    )
except KeyboardInterrupt:
    print("interrupted", threading.active_count())
"""


def test_an_interrupt_ends_all_of_them() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LONG], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout == "interrupted 1\n", done.stderr
