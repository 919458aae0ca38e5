"""The house: a file is one idea, tests mirror the package, imports go downwards."""

import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest

from infoplane import paths

ROOT = paths.root()
PACKAGE = ROOT / "src" / "infoplane"
TESTS = ROOT / "tests"

# A file of more lines has a test file of its own at its place below tests/, or stands here with
# the one that tests it.
OF_SOME_SIZE = 100
TESTED_ELSEWHERE = {
    # what two networks share, by both of them
    "models/images.py": "models/test_lenet.py",
    # seen in what it shows
    "book/page.py": "book/test_pages.py",
    # one plane, one chapter: their tests are about what comes out in the end
    "chapters/infinite_mi/divergence.py": "chapters/infinite_mi/test_infinite_mi.py",
    "chapters/infinite_mi/runs.py": "chapters/infinite_mi/test_infinite_mi.py",
    "chapters/mi_theory/runs.py": "chapters/mi_theory/test_mi_theory.py",
    "chapters/tishby_plane/stopping_tables.py": "chapters/tishby_plane/test_stopping_rules.py",
    "chapters/limits/settings.py": "chapters/limits/test_runs.py",
    # the laws of a problem, held by all
    "datasets/hurdles.py": "datasets/test_problems.py",
    # each has one user, or two that agree
    "dimension/block_counts.py": "dimension/test_pair_bins.py",
    "dimension/pairs.py": "dimension/test_correlation.py",
    "estimators/density/sides.py": "estimators/density/test_wkl.py",
    # what one estimator says of its sides
    "estimators/lossy.py": "estimators/test_compressed.py",
    # batches that only one algorithm takes
    "estimators/neural/cycles.py": "estimators/neural/test_printed.py",
    # what stands behind the calls of every neural estimator
    "estimators/neural/solver.py": "estimators/neural/test_estimator.py",
    # two steps of one sum, whose value is known
    "estimators/noise/mixture.py": "estimators/noise/test_exact.py",
    "estimators/noise/monte_carlo.py": "estimators/noise/test_exact.py",
    # the laws of a critic, held by all
    "estimators/neural/critics/base.py": "estimators/neural/critics/test_critics.py",
    "estimators/neural/critics/concatenated.py": "estimators/neural/critics/test_critics.py",
    "estimators/neural/critics/layers.py": "estimators/neural/critics/test_critics.py",
    "estimators/neural/critics/pairs.py": "estimators/neural/critics/test_critics.py",
    "estimators/neural/critics/separable.py": "estimators/neural/critics/test_critics.py",
    # abstract
    "estimators/neural/testing.py": "estimators/neural/test_estimator.py",
    "models/autoencoders/base.py": "models/autoencoders/test_networks.py",
}


def modules():
    """Path below the package -> lines."""
    return {
        str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines())
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def mirrored(module):
    folder, _, name = module.rpartition("/")
    return TESTS / folder / f"test_{name}"


def test_a_file_is_one_idea():
    assert {module: lines for module, lines in modules().items() if lines > 300} == {}


def test_the_top_level_is_seen_at_a_glance():
    entries = [path for path in PACKAGE.iterdir() if path.name != "__pycache__"]
    files = {path.name for path in entries if path.suffix == ".py"}
    folders = {path.name for path in entries if path.is_dir()}
    assert len(files) + len(folders) <= 24, (files, folders)


def test_a_file_of_some_size_has_a_test_file_at_its_place_or_is_listed():
    sizes = modules()
    large = {m for m, lines in sizes.items() if lines > OF_SOME_SIZE and "__init__" not in m}
    without = {module for module in large if not mirrored(module).exists()}
    assert without - set(TESTED_ELSEWHERE) == set()
    for module, test in TESTED_ELSEWHERE.items():
        assert module in sizes, f"{module} is no more"
        assert not mirrored(module).exists(), f"{module} has a test file of its own"
        assert (TESTS / test).exists(), module


def test_every_folder_of_tests_is_one_of_the_package():
    for folder in TESTS.rglob("*/"):
        if folder.name != "__pycache__" and any(folder.glob("*.py")):
            assert (PACKAGE / folder.relative_to(TESTS)).is_dir(), folder


# Contract -> a file that breaks it, and its one line.
BREACHES = {
    "Modules import downwards, and each has its place": (
        "stray.py",  # listed nowhere
        "",
    ),
    "A chapter knows no other chapter": (
        "chapters/mixture/stray.py",
        "from infoplane.chapters.mine_gaussian import runs",
    ),
    "A chapter says what is computed, not how it is kept": (
        "chapters/mixture/keeper.py",
        "from infoplane.records.store import find",
    ),
    "The book knows its chapters by name only": (
        "book/stray.py",
        "from infoplane.chapters import mixture",
    ),
    "Estimators know neither data sets nor records nor claims": (
        "estimators/noise/stray.py",
        "from infoplane.datasets.gaussian import CorrelatedGaussian",
    ),
    "Figures are drawn in files named plots": (
        "plane/stray.py",
        "import matplotlib.pyplot as plt",
    ),
    "No torch where arrays and files are enough": (
        "records/stray.py",
        "import torch",
    ),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """What import-linter says of a copy of the package with a breach of each contract."""
    folder = tmp_path_factory.mktemp("breaches")
    shutil.copytree(PACKAGE, folder / "infoplane", ignore=shutil.ignore_patterns("__pycache__"))
    for file, line in BREACHES.values():
        (folder / "infoplane" / file).write_text(f"{line}\n")
    done = subprocess.run(
        [shutil.which("lint-imports", path=os.path.dirname(sys.executable)), "--no-cache",
         "--no-logo", str(ROOT / "pyproject.toml")],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


def test_every_contract_has_a_breach():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert {contract["name"] for contract in contracts["contracts"]} == set(BREACHES)


@pytest.mark.parametrize("contract", BREACHES)
def test_a_breach_is_found(verdicts, contract):
    assert re.search(rf"^{contract} BROKEN", verdicts, re.MULTILINE), verdicts
    module = BREACHES[contract][0].removesuffix(".py").replace("/", ".")
    told = verdicts.partition("Broken contracts\n")[2].partition(f"\n{contract}\n")[2]
    assert module in told, told
