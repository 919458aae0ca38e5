"""The command line as a user meets it: exit status, one sentence, nothing half-written."""

import json
import os
import signal
import subprocess
import sys
import time

import nbformat
import pytest

from infoplane.book.notebooks import chapter as chapter_of
from tests.commands import refused

COMMAND = [sys.executable, "-c", "from infoplane.cli import main; main()"]


def test_chapters_as_json_have_the_promised_shape(call):
    status, out, _ = call("chapters", "--json")
    assert status == 0
    for chapter in json.loads(out):
        assert set(chapter) == {"name", "title", "parameters"}
        for parameter in chapter["parameters"]:
            assert set(parameter) == {"name", "type", "default", "help"}


def test_claims_as_json_have_the_promised_shape(call, stores):
    status, out, _ = call("claims", "--json")
    assert status == 0
    names = "id chapter source where statement quantity reported unit criterion"
    keys = [*names.split(), "part", "measured", "interval", "verdict", "reason"]
    keys += ["reading", "first_criterion", "first_verdict", "profile"]
    for claim in json.loads(out):
        assert list(claim) == keys


def test_a_broken_value_is_refused(call):
    refused(call("run", "02", "-p", "n", "[50"), "n='[50' cannot be read")
    refused(call("run", "02", "-p", "n", "2020-11-29"), "n='2020-11-29' is str: int is accepted")


def test_the_profile_is_named_once_and_says_what_was_changed(call, tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "infoplane.book.execute.execute", lambda *given: seen.append(given[1]) or 0.0
    )
    refused(call("run", "02", "-p", "profile", "full"), "profile is set with --profile")
    same = str(chapter_of("02").values({})["steps"])  # what it is anyway
    call("run", "02", "-p", "n", "50", "-p", "batch", "10", "-p", "steps", same)
    call("run", "02", "-p", "fresh", "true")
    assert seen[0]["profile"] == "quick, changed: n=50, batch=10"
    assert "profile" not in seen[1]


def test_an_output_that_is_no_notebook_is_refused(call, tmp_path):
    refused(call("run", "02", "--output", tmp_path / "out.html"), "out.html", ".ipynb")


def test_help_lists_what_can_be_chosen(call):
    out = call("estimate", "--help")[1]
    for word in (
        "ksg",
        "k=3",
        "margins=standardized",
        "mine",
        "steps=5000",
        "--x",
        ".parquet",
        ".npz",
    ):
        assert word in out
    # one paragraph each, at the width of the names
    listed = out.partition("Estimators:\n")[2].splitlines()
    starts = {len(line) - len(line.lstrip()) for line in listed if line.strip()}
    assert len(starts) == 2
    assert all(line.strip() for line in listed)
    assert "belongs to x? Options: critic=separable" in " ".join(out.split())
    assert "FashionMNIST" in call("data", "fetch", "--help")[1]
    assert "status 1" in " ".join(call("run", "--help")[1].split())
    status, out, err = call()
    assert (status, err) == (0, "")
    assert "Usage: infoplane" in out


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_standard_output_is_one_line():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, "data", "list"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    refused((done.returncode, "", done.stderr), "standard output cannot be written")


def test_an_interrupt_anywhere_is_one_line(call, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("infoplane.book.notebooks.chapters", interrupted)
    assert call("chapters")[::2] == (130, "infoplane: interrupted; what was finished is kept\n")


def test_the_command_line_itself_imports_nothing_slow():
    code = "import sys, infoplane.cli; print({'numpy', 'pandas', 'yaml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("help_of", [[], ["run"], ["estimate"], ["claims"], ["data"], ["chapters"]])
def test_every_command_has_help(call, help_of):
    status, out, _ = call(*help_of, "--help")
    assert status == 0
    assert "Usage: infoplane" in out


def test_what_a_killed_run_left_is_removed_and_what_a_running_one_needs_is_kept(tmp_path):
    from infoplane.book.execute import _beside

    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    names = [f".out.{ended.pid}.tmp.ipynb", f".out.{os.getppid()}.tmp.ipynb", "other.ipynb"]
    for name in names:
        (tmp_path / name).touch()
    mine = _beside(tmp_path / "out.ipynb")
    assert {path.name for path in tmp_path.iterdir()} == {mine.name, *names[1:]}


def test_usage_errors_are_one_line(call):
    refused(call("run"), "see infoplane run --help")
    refused(call("data", "fetch"), "see infoplane data fetch --help")
    refused(call("nonsense"), "nonsense")
    refused(call("run"), "CHAPTER")
    refused(call("estimate", "--estimator", "ksg"), "X")
    refused(call("run", "02", "--nonsense"), "--nonsense")


def test_unknown_things_are_named_with_those_that_exist(call, pair):
    refused(call("run", "mixtures"), "'mixtures'", "02_mixture", "did you mean")
    refused(call("run", "02", "-p", "setps", "5"), "'setps'", "did you mean 'steps'")
    refused(call("run", "02", "--profile", "fulll"), "'fulll'", "did you mean 'full'")
    refused(call("estimate", *pair, "--estimator", "kgs"), "kgs", "ksg")
    refused(call("estimate", *pair, "--estimator", "ksg", "--set", "kk=3"), "kk", "k")
    refused(call("estimate", *pair, "--estimator", "ksg", "--set", "k"), "NAME=VALUE")
    refused(call("data", "fetch", "MNITS"), "MNITS", "MNIST")


def test_parameters_out_of_range_stop_before_anything_runs(call, tmp_path):
    output = tmp_path / "out.ipynb"
    refused(call("run", "02", "-p", "n", "-5", "--output", output), "n=-5")
    refused(call("run", "02", "-p", "seeds", "[]", "--output", output), "seeds=[]")
    refused(call("run", "02", "-p", "n", "many", "--output", output), "n='many'", "int")
    refused(call("run", "02", "-p", "seeds", "[0", "--output", output), "seeds='[0'", "YAML")
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_cannot_be_written_is_named(call, tmp_path):
    (tmp_path / "file").write_text("")
    refused(call("run", "02", "--output", tmp_path / "file" / "out.ipynb"), "output=", "file")
    (tmp_path / "folder.ipynb").mkdir()
    refused(call("run", "02", "--output", tmp_path / "folder.ipynb"), "folder.ipynb")


def test_a_record_cut_in_half_is_refused(call, stores):
    from infoplane.book.notebooks import chapter
    from infoplane.records.store import key

    plan = chapter("02").plans({})["integral"]
    path = stores / "local" / plan.name / f"{key(plan.name, plan.configs[0])}.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"experiment": "mixt')
    refused(call("claims"), path.name, "delete the file")


def test_a_truncated_data_file_is_refused_from_inside_the_notebook(call, tmp_path, monkeypatch):
    """The first chapter's parameters, above one cell that reads the data."""
    from infoplane import paths

    notebook = nbformat.read(paths.notebooks_dir() / "01_mi_theory.ipynb", as_version=4)
    first = [i for i, c in enumerate(notebook.cells) if "parameters" in c.metadata.get("tags", [])]
    reads = "from infoplane.datasets import vision\nvision.load(dataset)"
    notebook.cells[first[0] + 1 :] = [nbformat.v4.new_code_cell(reads)]
    (tmp_path / "notebooks").mkdir()
    nbformat.write(notebook, tmp_path / "notebooks" / "01_mi_theory.ipynb")
    monkeypatch.setattr(paths, "notebooks_dir", lambda: tmp_path / "notebooks")
    monkeypatch.setenv("INFOPLANE_DATA", str(tmp_path / "data"))
    raw = tmp_path / "data" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "train-images-idx3-ubyte").write_bytes(b"cut")
    output = tmp_path / "out" / "out.ipynb"
    found = call("run", "01", "-p", "dataset", "mnist", "--output", output)
    refused(found, "train-images-idx3-ubyte", "truncated", 'dataset="digits"')
    assert not output.parent.exists()


def test_ctrl_c_ends_with_130_and_one_line(tmp_path):
    child = subprocess.Popen(
        [*COMMAND, "run", "02", "-p", "fresh", "true", "--output", str(tmp_path / "out.ipynb")],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # a shell that runs the tests in the background has its children ignore Ctrl-C
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    # papermill writes the notebook down when a cell begins: the kernel is there, and at work
    while child.poll() is None and not any(
        '"status": "running"' in path.read_text() for path in tmp_path.glob(".*.tmp.ipynb")
    ):
        time.sleep(0.1)
    os.killpg(child.pid, signal.SIGINT)
    _, err = child.communicate()
    assert child.returncode == 130, err
    assert "Traceback" not in err
    assert err == "infoplane: interrupted; what was finished is kept\n"
    assert list(tmp_path.iterdir()) == []


def test_papermill_runs_a_chapter_from_any_folder(tmp_path):
    """The notebook finds the package's files by itself; the quick profile cut down to seconds."""
    import papermill

    from infoplane import paths

    small = {
        "n": 600,
        "steps": 100,
        "seeds": [0, 1],
        "separations": [0.0, 5.0],
        "hidden": 8,
        "batch": 64,
    }
    source = paths.notebooks_dir() / "02_mixture.ipynb"
    done = papermill.execute_notebook(
        source, tmp_path / "out.ipynb", small, cwd=tmp_path, progress_bar=False
    )
    outputs = [output for cell in done.cells for output in cell.get("outputs", [])]
    assert [output for output in outputs if output.output_type == "error"] == []
    # progress bars and warnings would be on standard error
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []


def test_the_package_is_a_command_too():
    done = subprocess.run(
        [sys.executable, "-m", "infoplane", "--help"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("Usage: infoplane [OPTIONS]")
