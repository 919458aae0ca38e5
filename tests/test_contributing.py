"""CONTRIBUTING.md, followed to the letter in a copy of the checkout."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

from infoplane import paths

GUIDE = (paths.root() / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
COMMANDS = {
    "infoplane": [sys.executable, "-c", "from infoplane.cli import main; main()"],
    "lint-imports": [Path(sys.executable).with_name("lint-imports")],
    "pytest": [sys.executable, "-m", "pytest"],
    "python": [sys.executable],
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A copy of the checkout, without what is built and published, and with every block."""
    folder = tmp_path_factory.mktemp("contributing") / "checkout"
    left = shutil.ignore_patterns(".*", "_build", "__pycache__", "results", "*MNIST")
    shutil.copytree(paths.root(), folder, ignore=left)
    for kind, block in BLOCKS:
        if kind != "sh":
            write(folder, block)
    rng = np.random.default_rng(0)
    x = rng.standard_normal(2000)
    np.save(folder / "x.npy", np.exp(x))
    np.save(folder / "z.npy", x + rng.standard_normal(2000))
    return folder


def write(folder, block):
    """`# FILE` is a new file; `# FILE, in NAME` lines below that one; `# FILE, at the end`."""
    head, _, body = block.partition("\n")
    name, _, place = head.removeprefix("# ").partition(", ")
    file = folder / name
    if not place:
        assert not file.exists(), f"{name} is there already"
        file.parent.mkdir(exist_ok=True)
        file.write_text(notebook(body) if file.suffix == ".ipynb" else body)
    elif place == "at the end":
        file.write_text(file.read_text() + body)
    else:
        imports, _, body = body.rpartition("\n\n")
        lines = file.read_text().splitlines(keepends=True)
        below = next(i for i, line in enumerate(lines) if line.strip().startswith(place[3:]))
        lines.insert(below + 1, body)
        if imports:
            first = next(i for i, line in enumerate(lines) if line.startswith("from infoplane"))
            lines.insert(first, f"{imports}\n")
        file.write_text("".join(lines))


def notebook(text):
    """Cells from `# %% [kind or tag] id`, as editors have them in plain files."""
    cells = []
    for cell in re.split(r"^# %% ", text, flags=re.MULTILINE)[1:]:
        head, _, source = cell.strip().partition("\n")
        tag, name = re.fullmatch(r"(?:\[(.*)\] )?(\S+)", head).groups()
        if tag == "markdown":
            source = re.sub("^# ?", "", source, flags=re.MULTILINE)
            cells.append(nbformat.v4.new_markdown_cell(source, id=name))
        else:
            metadata = {"tags": [tag]} if tag else {}
            cells.append(nbformat.v4.new_code_cell(source, id=name, metadata=metadata))
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


@pytest.fixture(scope="module")
def typed(checkout):
    """What each command of the guide prints, one after the other: first words -> output."""
    here = {"PYTHONPATH": str(checkout / "src"), "INFOPLANE_ROOT": str(checkout)}
    environment = os.environ | here | {"INFOPLANE_DATA": str(checkout / "data"), "COLUMNS": "200"}
    printed = {}
    for kind, block in BLOCKS:
        for line in block.splitlines() if kind == "sh" else []:
            command, *rest = shlex.split(line)
            done = subprocess.run(
                [*COMMANDS[command], *rest], cwd=checkout, env=environment, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"{line}\n{done.stdout}"
            printed[line] = done.stdout
    return printed


def output(typed, start):
    (found,) = [printed for line, printed in typed.items() if line.startswith(start)]
    return found


def test_an_estimator_obeys_the_laws_and_has_a_name(typed):
    laws = output(typed, "pytest tests/estimators/test_laws.py")
    assert int(re.search(r"(\d+) passed", laws)[1]) > 20, laws
    value, std = re.search(r"= (\S+) ± (\S+) nats", output(typed, "infoplane estimate")).groups()
    # x and x + noise of equal size, and the exponential of x is no matter to ranks
    assert abs(float(value) - np.log(2) / 2) < 4 * float(std)


def test_a_data_set_is_what_its_test_says(typed):
    assert "6 passed" in output(typed, "pytest tests/datasets")


def test_a_chapter_is_listed_runs_and_is_tidy(typed, checkout):
    assert "13_coin  13. A noisy coin" in output(typed, "infoplane chapters")
    assert "13_coin executed in" in output(typed, "infoplane run 13_coin")
    assert "passed" in output(typed, "pytest tests/book/test_cleanliness.py")
    assert "0 broken" in output(typed, "lint-imports")
    assert "- file: notebooks/13_coin" in (checkout / "_toc.yml").read_text()


def test_a_claim_is_judged(typed):
    judged = output(typed, "infoplane claims")
    assert re.search(r"^reproduced +coin\.counted: ", judged, re.MULTILINE), judged


def test_the_blocks_are_in_the_style_of_the_house(checkout):
    files = [block.partition("\n")[0][2:] for kind, block in BLOCKS if kind == "python"]
    new = [name for name in files if "," not in name]
    assert len(new) >= 6
    for check in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [Path(sys.executable).with_name("ruff"), *check, *new],
            cwd=checkout, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
