"""What the README and the pages tell a user to type works."""

import re
import shlex
from importlib import import_module

import pytest
import torch

from infoplane import paths
from infoplane.cli import cli

PAGES = ["README.md", "book/estimators.md", "book/rerun.md"]


def blocks(language):
    for page in PAGES:
        text = (paths.root() / page).read_text(encoding="utf-8")
        for i, block in enumerate(re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)):
            yield pytest.param(block, id=f"{page}-{i}")


def network_of_a_reader():
    """What a page takes for granted: a network, its data, and one epoch of its training."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        inputs = torch.randn(500, 2)
        labels = (inputs.sum(dim=1) > 0).long()
        model = torch.nn.Sequential()
        model.add_module("hidden", torch.nn.Linear(2, 4))
        model.add_module("tanh", torch.nn.Tanh())
        model.add_module("output", torch.nn.Linear(4, 2))
    for weights in model.output.parameters():  # its output knows nothing but by training
        torch.nn.init.zeros_(weights)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.1)

    def train_one_epoch(model):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(model(inputs), labels).backward()
        optimiser.step()

    return locals()


@pytest.mark.parametrize("page", PAGES)
def test_python_runs_and_prints_an_estimate(page, capsys, tmp_path, monkeypatch):
    """The blocks of a page in order, each going on where the one before ended."""
    names, every = network_of_a_reader(), list(blocks("python"))
    monkeypatch.chdir(tmp_path)  # some write files
    for block in every:
        if not block.id.startswith(page):
            continue
        exec(block.values[0], names)
        value, *rest = re.findall(r"-?\d+\.\d+", printed := capsys.readouterr().out)
        # what is not told is x and x + noise of equal size in two dimensions, 2 · log(2)/2;
        # n = 2000 scatters by .03, and a critic of few steps lacks a little more; the reader's
        # network learns all of H(Y), a linear threshold, from an output layer that is constant
        truth = float(rest[0]) if " of " in printed else 0.693
        if " of at most " in printed:  # with noise, less than all; a network that learnt has some
            assert 0.1 < float(value) < truth, block.id
            continue
        assert abs(float(value) - truth) < 0.15, block.id
    assert {path.name for path in tmp_path.iterdir()} == {"README.md": {"plane.svg"}}.get(
        page, set()
    )


def commands():
    """Every line of the shell blocks that calls infoplane, as its words."""
    for block in blocks("sh"):
        for line in block.values[0].splitlines():
            words = shlex.split(line, comments=True)
            while words and "=" in words[0]:
                words = words[1:]
            if words[:1] == ["infoplane"]:
                yield pytest.param(words[1:], id=" ".join(words))


@pytest.mark.parametrize("words", list(commands()))
def test_commands_exist_with_these_options(words):
    """Parsed, not run: the command, its options and its arguments are accepted."""
    command = cli
    context = cli.make_context("infoplane", [*words], resilient_parsing=True)
    while hasattr(command, "get_command") and words:
        name, words = words[0], words[1:]
        command = command.get_command(context, name)
        assert command is not None, name
    if not hasattr(command, "get_command"):
        files = [word for word in words if word.endswith((".npy", ".csv"))]
        assert command.make_context(command.name, [*words], parent=context)
        assert len(files) in ((1,) if {"--x", "--z"} <= {*words} else (0, 2))


def test_every_make_target_of_the_pages_exists():
    makefile = (paths.root() / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"`?make ([a-z]+)", (paths.root() / page).read_text()))
        assert named <= targets, page


def texts(*patterns):
    for pattern in patterns:
        for path in sorted(paths.root().glob(pattern)):
            yield path, path.read_text(encoding="utf-8")


def exists(dotted):
    """Whether a name such as infoplane.plane.Recorder can be imported."""
    package, *rest = dotted.split(".")
    found = import_module(package)
    for depth, name in enumerate(rest, start=1):
        if not hasattr(found, name):  # a module that nobody has imported yet, or nothing
            try:
                import_module(".".join([package, *rest[:depth]]))
            except ModuleNotFoundError:
                return False
        found = getattr(found, name)
    return True


def test_every_name_of_the_package_that_is_written_somewhere_exists():
    places = ["README.md", "book/*.md", "notebooks/*.ipynb", "Makefile", "*.yml", ".github/*/*.yml"]
    written = {
        (name, path.name)
        for path, text in texts(*places, "src/**/*.py", "benchmarks/*.py")
        for name in re.findall(r"\binfoplane(?:\.[A-Za-z_]\w*)+", text)
        if not name.endswith(".NAME")
    }
    assert len(written) > 200
    assert {(name, where) for name, where in written if not exists(name)} == set()


def test_every_path_that_a_page_names_exists():
    folders = "benchmarks|book|data|notebooks|profiles|src|tests"
    for path, text in texts("README.md", "book/*.md", "_config.yml", "Makefile"):
        for named in re.findall(rf"(?<![\w./])(?:{folders})/[\w./*-]*\b", text):
            if "NAME" not in named:
                assert list(paths.root().glob(named)), f"{path.name} names {named}"
