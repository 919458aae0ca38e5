"""What importing a module brings along: looked at in fresh processes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import infoplane

# Behind these no torch: it takes seconds, and a claim, a data set or a dimension needs none.
LIGHT = ("inputs", "datasets", "dimension", "rankers", "records", "claims", "book")
# Behind a data set not even these, which take as long as NumPy or longer: functions that need
# them import them.
HEAVY = (
    "torch",
    "scipy",
    "sklearn",
    "pandas",
    "matplotlib",
    "IPython",
    "pooch",
    "importlib.metadata",
)


def modules():
    """Every module of the package, found by its files: none is imported here."""
    root = Path(infoplane.__file__).parent
    found = [path.relative_to(root.parent).with_suffix("") for path in root.rglob("*.py")]
    return sorted(".".join(parts).removesuffix(".__init__") for parts in (p.parts for p in found))


def brought_by(names, watched):
    """The watched packages that are loaded once each of the modules is, one after the other.

    Of each module those that none before it brought: a process for them all.
    """
    code = """
import importlib, json, sys
names, watched = json.loads(sys.argv[1])
found, seen = {}, set()
for name in names:
    importlib.import_module(name)
    new = {w for w in watched if w in sys.modules} - seen
    found[name] = sorted(new)
    seen |= new
print(json.dumps(found))
"""
    argument = json.dumps([list(names), list(watched)])
    done = subprocess.run(
        [sys.executable, "-c", code, argument], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name: new for name, new in json.loads(done.stdout).items() if new}


def within(*packages):
    return [m for m in modules() if m.split(".")[1:2] and m.split(".")[1] in packages]


def test_the_walk_finds_the_package():
    assert set(LIGHT) <= {name.split(".")[1] for name in modules() if "." in name}
    assert "infoplane.datasets.tishby" in within("datasets")
    assert not [name for name in within(*LIGHT) if ".estimators" in name]


def test_a_process_that_loads_something_is_told_apart():
    """The tests below can fail."""
    assert brought_by(["json", "numpy", "scipy"], HEAVY)["scipy"] == ["scipy"]


@pytest.mark.parametrize("package", LIGHT)
def test_no_torch(package):
    assert not brought_by(within(package), ["torch"])


def test_a_data_set_takes_no_longer_than_numpy():
    assert not brought_by(["infoplane", *within("datasets"), *within("inputs")], HEAVY)


def test_matplotlib_and_ipython_only_where_plots_are_made():
    allowed = [m for m in modules() if m.endswith("plots") or m == "infoplane.book.page"]
    plain = within("inputs", "datasets", "dimension", "records", "claims", "estimate", "stats")
    assert not set(plain) & set(allowed)
    assert not brought_by(plain, ["matplotlib", "IPython"])


def test_the_version_is_looked_up_when_asked_for():
    assert infoplane.__version__[0].isdigit()
    with pytest.raises(AttributeError, match="no attribute 'version'"):
        infoplane.version  # noqa: B018


def test_asking_a_chapter_for_its_plans_takes_no_scipy():
    chapters = [name for name in within("chapters") if name.count(".") == 2]
    assert len(chapters) > 10
    assert not brought_by(chapters, set(HEAVY) - {"pandas", "importlib.metadata"})


def test_judging_records_takes_neither_torch_nor_the_tests_of_scipy():
    """Half of the time of `infoplane claims` was spent on importing what no verdict needs."""
    code = """
import sys
from infoplane.book.scoreboard import scoreboard
board = scoreboard("full")
assert len(board.verdicts) > 90 and not board.broken
print([name for name in sys.argv[1:] if name in sys.modules])
"""
    watched = ["torch", "sklearn", "scipy.stats", "scipy.integrate", "joblib", "matplotlib"]
    done = subprocess.run(
        [sys.executable, "-c", code, *watched], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_estimators_wait_for_no_tests_of_scipy():
    """Half a second beside torch; the first estimate that ranks its columns takes it."""
    assert not brought_by(["infoplane.estimators"], ["scipy.stats", "sklearn", "pandas"])
