import ast
import importlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from numba.core.dispatcher import Dispatcher

import infoplane
from infoplane import compiled

DOUBLED = """
import numpy as np
from infoplane.compiled import kernel

@kernel
def doubled(a):
    return 2 * a

assert doubled(np.ones(3)).tolist() == [2, 2, 2]
"""


@pytest.fixture(params=[1, 2, 3])
def threads(request):
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


@pytest.mark.parametrize("n", [0, 1, 5, 1000])
@pytest.mark.parametrize("most", [None, 1, 7, 10**6])
def test_slices_cover_all_once_on_as_many_threads(n, most, threads):
    seen, on, lock = [], set(), threading.Lock()

    def work(start, stop):
        assert most is None or stop - start <= most
        with lock:
            seen.extend(range(start, stop))
            on.add(threading.current_thread().name)

    compiled.side_by_side(work, n, most)
    assert sorted(seen) == list(range(n))
    assert len(on) <= threads


def test_an_error_in_a_slice_is_raised_and_those_that_wait_do_not_begin(threads):
    begun = []

    def work(start, stop):
        begun.append(start)
        if start == 0:
            raise RuntimeError("no")
        time.sleep(0.1)  # time enough for a busy machine to hear of the error

    with pytest.raises(RuntimeError, match="no"):
        compiled.side_by_side(work, 10**6)
    assert len(begun) < compiled.PARTS * threads


def test_a_kernel_computes_what_the_function_does():
    @compiled.kernel
    def ratio(a, b):
        return a / b

    assert ratio(np.float64(1.0), np.float64(0.0)) == np.inf


def test_without_a_place_for_the_cache_it_is_compiled_all_the_same(monkeypatch):
    monkeypatch.setattr(compiled.numba, "njit", _without_cache(compiled.numba.njit))
    assert compiled.kernel(lambda a: a + 1)(1) == 2


def _without_cache(njit):
    def made(signature=None, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return njit(signature, **options)

    return made


def test_nothing_is_said_where_no_terminal_looks(tmp_path):
    script = tmp_path / "doubled.py"
    script.write_text(DOUBLED)
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_a_terminal_is_told_once_that_kernels_are_compiled(tmp_path):
    pty = pytest.importorskip("pty")  # not on every system
    script = tmp_path / "doubled.py"
    script.write_text(DOUBLED.replace("np.ones(3)", "np.ones(3, np.float32)") + DOUBLED)
    ours, theirs = pty.openpty()
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    subprocess.run([sys.executable, script], stderr=theirs, env=environment, check=True)
    os.close(theirs)
    said = os.read(ours, 10**4).decode()
    os.close(ours)
    assert said.count("compiling kernels") == 1


def kernels():
    """Every compiled function of the package, with the module that has it."""
    for file in sorted(Path(infoplane.__path__[0]).rglob("*.py")):
        if "from infoplane.compiled import" not in (text := file.read_text()):
            continue
        if "@kernel" in text or "(kernel" in text:
            name = ".".join(file.relative_to(infoplane.__path__[0]).with_suffix("").parts)
            module = importlib.import_module(f"infoplane.{name}")
            yield from ((module, f) for f in vars(module).values() if isinstance(f, Dispatcher))


@pytest.mark.parametrize(
    ("module", "function"), [pytest.param(*both, id=both[1].__name__) for both in kernels()]
)
def test_what_is_kept_of_a_kernel_depends_on_its_own_file_alone(module, function):
    # Numba would go on using what it has kept where another file has changed
    assert function.py_func.__module__ == module.__name__
    imported = {
        alias.asname or alias.name
        for node in ast.walk(ast.parse(Path(module.__file__).read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("infoplane")
        for alias in node.names
    }
    assert not imported & set(function.py_func.__code__.co_names)
