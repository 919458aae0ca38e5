"""Run the tests that a change reaches, the nearest first, for a minute: `make check`.

A change is what differs from `main`, or from the last commit on `main` itself, new files
included. It reaches the tests that import a changed module, at first hand or through others; a
module's own doctests and a changed test come first. What is no Python, tests that build a book
or drive a browser, and whatever a minute has no room for are left to `make test`.
"""

import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 45  # ruff and mypy take the rest of the minute


def changed() -> list[str]:
    """The files of a change, from the root of the repository."""
    on_main = subprocess.run(["git", "merge-base", "HEAD", "main"], cwd=ROOT, capture_output=True)
    base = on_main.stdout.decode().strip() or "HEAD"
    listed = (
        ["diff", "--name-only", "--relative", base],
        ["ls-files", "--others", "--exclude-standard"],
    )
    found: set[str] = set()
    for words in listed:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"check: git {words[0]} fails here ({done.stderr.strip()}): make test instead")
        found |= set(done.stdout.splitlines())
    return sorted(found)


def module_of(file: str) -> str:
    """The module that a file is, by its path from the root; "" for what is none."""
    path = Path(file)
    if path.suffix != ".py" or path.parts[0] not in ("src", "tests"):
        return ""
    parts = path.with_suffix("").parts[1 if path.parts[0] == "src" else 0 :]
    return ".".join(parts).removesuffix(".__init__")


def reached(graph: grimp.ImportGraph, modules: Iterable[str]) -> dict[str, int]:
    """Tests that import these modules, and through how many imports, the nearest first."""
    near = dict.fromkeys(sorted(set(modules) & graph.modules), 0)
    for fixtures in [module for module in near if module.endswith(".conftest")]:
        below = graph.find_descendants(fixtures.removesuffix(".conftest"))
        near |= {test: 1 for test in sorted(below) if test not in near}
    waiting = deque(near)
    while waiting:
        module = waiting.popleft()
        for importer in sorted(graph.find_modules_that_directly_import(module)):
            if importer not in near:
                near[importer] = near[module] + 1
                waiting.append(importer)
    tests = {module: far for module, far in near.items() if is_test(module)}
    return dict(sorted(tests.items(), key=lambda item: item[1]))


def is_test(module: str) -> bool:
    return module.rpartition(".")[2].startswith("test_")


class Minute:
    """Skip, with a reason, the tests that are not begun when the time is over."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def pytest_runtest_setup(self) -> None:
        if time.monotonic() > self.end:
            pytest.skip("the minute is over: make test runs it")


def main() -> int:
    """Say what changed and which tests that reaches, and run them; pytest's exit status."""
    files = changed()
    modules = {file: name for file in files if (name := module_of(file))}
    if others := [file for file in files if file not in modules]:
        print(f"no Python, left to make test: {', '.join(others)}")
    tests = reached(grimp.build_graph("infoplane", "tests", cache_dir=None), modules.values())
    sources = [file for file in modules if file.startswith("src/") and (ROOT / file).exists()]
    chosen = [*sources, *(f"{test.replace('.', '/')}.py" for test in tests)]
    if not chosen:
        print("no test is reached")
        return 0
    print(f"{len(modules)} changed modules reach {len(tests)} test files, the nearest first:")
    print("\n".join(f"  {test} ({far} imports away)" for test, far in tests.items()))
    return int(pytest.main(["-m", "not slow", *chosen], plugins=[Minute(SECONDS)]))


if __name__ == "__main__":
    sys.exit(main())
