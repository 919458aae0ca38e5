"""Chapters know their parameters, and refuse what is none."""

import ast
import inspect
import shutil
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import nbformat
import papermill
import pytest

from infoplane import paths
from infoplane.book.notebooks import PAGE_PARAMETERS, chapter, profile
from infoplane.errors import InputError


def test_every_parameter_has_a_type_a_default_of_it_and_help(each_chapter):
    for parameter in each_chapter.parameters:
        assert parameter.accept(parameter.default) == parameter.default
        assert len(parameter.help) > 5, parameter.name


def test_every_parameter_is_taken_by_the_module_and_it_takes_no_other(each_chapter):
    """A parameter is written once, in the cell; `p.name` is how the module takes it."""
    folder = Path(each_chapter.module.__file__).parent
    taken = {
        node.attr
        for name in ("__init__", "ranges")
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "p"
    }
    assert taken == {p.name for p in each_chapter.parameters} - set(PAGE_PARAMETERS)


def test_papermill_reads_the_same_parameters(each_chapter):
    path = paths.notebooks_dir() / f"{each_chapter.name}.ipynb"
    inspected = papermill.inspect_notebook(str(path))
    ours = {p.name: (p.type, p.help) for p in each_chapter.parameters}
    assert {n: (p["inferred_type_name"], p["help"]) for n, p in inspected.items()} == ours


def test_modules_keep_their_contract(each_chapter):
    plans = each_chapter.plans({})
    assert plans
    for plan in plans.values():
        assert plan.configs
        module, name = plan.function
        function = getattr(import_module(module), name)
        assert function.__module__ == module  # where its code is, which the hash starts from
        first, device = inspect.signature(function).parameters
        assert (first, device) == ("configs" if plan.many else "config", "device")


def test_both_profiles_are_within_range(each_chapter):
    for name in ("quick", "full"):
        each_chapter.refuse(profile(name, each_chapter))


@pytest.mark.parametrize("name", ["02_mixture", "mixture", "02", "notebooks/02_mixture.ipynb"])
def test_a_chapter_goes_by_several_names(name):
    assert chapter(name).name == "02_mixture"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"setps": 5}, ["'setps'", "steps", "did you mean 'steps'"]),
        ({"n": "many"}, ["n='many'", "int is accepted"]),
        ({"n": 2.5}, ["n=2.5", "int is accepted"]),
        ({"n": True}, ["n=True", "int is accepted"]),
        ({"seeds": 3}, ["seeds=3", "list[int]"]),
        ({"seeds": [0, "a"]}, ["seeds='a'", "int is accepted"]),
        ({"prior": "half"}, ["prior='half'", "float is accepted"]),
        ({"n": -5}, ["n=-5", "at least 50"]),
        ({"seeds": []}, ["seeds=[]", "at least 2"]),
        ({"seeds": [1, 1]}, ["seeds=[1, 1]", "differ"]),
        ({"seeds": [-1, 1]}, ["seeds=[-1, 1]", "from 0"]),
        ({"device": "cuda:99"}, ["device='cuda:99'", "cpu"]),
        ({"n": False}, ["n=False", "int is accepted"]),
        ({"presets": ["nonsense"]}, ["'nonsense'", "separated"]),
        ({"steps": 0}, ["steps=0"]),
        ({"batch": 10**6}, ["batch"]),
        ({"prior": 1.5}, ["prior=1.5"]),
        ({"separations": [2.0, 1.0]}, ["separations=[2.0, 1.0]", "increasing"]),
    ],
)
def test_bad_parameters_are_named_with_their_value_and_what_is_accepted(given, words):
    with pytest.raises(InputError) as refused:
        chapter("02_mixture").refuse(given)
    for word in words:
        assert word in str(refused.value)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"dataset": "mnits"}, "mnist"),
        ({"n_rows": 10}, "n_rows=10"),
        ({"dims": []}, "dims=[]"),
        ({"n_pixels": 0}, "n_pixels=0"),
        ({"n_samples": 1}, "n_samples=1"),
        ({"n_images": 5000}, "n_images=5000 .* from 100 to the 1442 of digits"),
    ],
)
def test_bad_parameters_of_the_first_chapter(given, word):
    with pytest.raises(InputError, match=word.replace("[", r"\[")):
        chapter("01_mi_theory").refuse(given)


def test_unknown_names_are_refused_with_the_list():
    with pytest.raises(InputError, match=r"'mixtures' does not exist.*02_mixture.*did you mean"):
        chapter("mixtures")
    with pytest.raises(InputError, match=r"profile='ful' does not exist.*did you mean 'full'"):
        profile("ful", chapter("02"))


def test_whole_numbers_become_floats_where_floats_are_asked():
    (accepted,) = chapter("02").check({"separations": [0, 1, 2]}).values()
    assert [type(value) for value in accepted] == [float] * 3


def test_the_nearest_name_is_found_whatever_its_case():
    with pytest.raises(InputError, match="did you mean '02_mixture'"):
        chapter("02_MIXTRE")


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with the second chapter alone, and no profiles."""
    for name in ("notebooks", "profiles", "data"):
        (tmp_path / name).mkdir()
    (tmp_path / "pyproject.toml").touch()
    shutil.copy(paths.notebooks_dir() / "02_mixture.ipynb", tmp_path / "notebooks")
    monkeypatch.setenv("INFOPLANE_ROOT", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"02_mixture: [", ["cannot be read"]),
        (b"02_mixture: {n: 2020-13-45}", ["n='2020-13-45' is str: int is accepted"]),
        (b"02_mixture: {n: 5}\n02_mixture: {steps: 5}", ["'02_mixture' stands twice: leave one"]),
        (b"\xff\xfe", ["cannot be read"]),
        (b"[1, 2]", ["[1, 2], no mapping"]),
        (b"02_mixture: 5", ["02_mixture in", "5, no mapping"]),
        (b"02_mixture: {1: 2}", ["key 1"]),
        (b"1: {n: 5}", ["key 1"]),
        (b"02_mixtur: {n: 5}", ["'02_mixtur'", "did you mean '02_mixture'"]),
        (b"02_mixture: {n: many}", ["n='many'"]),
        (None, ["cannot be read (Is a directory)"]),
    ],
)
def test_a_broken_profile_is_named_with_what_is_expected(checkout, content, words):
    file = checkout / "profiles" / "own.yml"
    file.mkdir() if content is None else file.write_bytes(content)
    with pytest.raises(InputError) as refused:
        profile("own", chapter("02"))
    for word in [str(file), *words]:
        assert word in str(refused.value)


def notebook_with(*lines):
    page = ("profile: str = 'quick'  # p", "device: str = 'cpu'  # d", "fresh: bool = False  # f")
    cell = nbformat.v4.new_code_cell(
        "\n".join([*lines, *page]), metadata={"tags": ["parameters"]}, id="parameters"
    )
    cells = [nbformat.v4.new_markdown_cell("# Title", id="title"), cell]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["cannot be read"]),
        ("no json", ["cannot be read"]),
        ("[]", ["cannot be read"]),
        (notebook_with("n: int = 1")[:100], ["cannot be read"]),
        (None, ["cannot be read (Is a directory)"]),
        (notebook_with("n: int = f()  # n"), ["n: int = f()", "no literal"]),
        (notebook_with("n: list[int] = [{[]: 1}]  # n"), ["[{[]: 1}]", "no literal"]),
        (notebook_with("n: whole = 1  # n"), ["type whole", "int, float"]),
        (notebook_with("n: int = 'a'  # n"), ["n='a'", "int is accepted"]),
        (notebook_with("# a comment alone"), ["# a comment alone"]),
        (notebook_with("n: int = 1; m: int = 2  # n and m"), ["m: int = 2", "is not 'name: type"]),
        (notebook_with("n: int = 1;  # n"), ["n: int = 1;", "tells no help"]),
        (notebook_with("n: int = 1"), ["n: int = 1", "tells no help"]),
        (notebook_with("n: int = 1  #"), ["n: int = 1", "tells no help"]),
        (notebook_with("n: int = 1  # n", "n: int = 2  # n"), ["'n' stands twice"]),
        (notebook_with("n: int = 1  # n").replace("device", "devise"), ["needs", "device"]),
    ],
)
def test_a_broken_notebook_is_named_and_breaks_no_other(checkout, text, words):
    file = checkout / "notebooks" / "01_broken.ipynb"
    file.mkdir() if text is None else file.write_text(text)
    with pytest.raises(InputError) as refused:
        chapter("01")
    for word in [str(file), *words]:
        assert word in str(refused.value)
    assert chapter("02").plans({})


@pytest.mark.parametrize(
    ("line", "default", "told"),
    [
        ("s: str = 'plain'  # what it is", "plain", "what it is"),
        ("s: str = 'größer als ½ – 情報'  # what it is", "größer als ½ – 情報", "what it is"),
        ("s: str = 'a # b; c'  # what it is", "a # b; c", "what it is"),
        ("s: str = ('bracketed')  # what it is", "bracketed", "what it is"),
        ("s: str = 'plain'  # in ½ # s", "plain", "in ½ # s"),
        ("s: list[float] = [1, 2.5]  # what it is", [1.0, 2.5], "what it is"),
        ("s: float = 1  # what it is", 1.0, "what it is"),
        ("s: list[int] = (1, 2)  # what it is", [1, 2], "what it is"),
    ],
)
def test_default_and_help_come_out_as_they_stand(checkout, line, default, told):
    (checkout / "notebooks" / "03_one.ipynb").write_text(notebook_with(line))
    parameter = chapter("03").parameters[0]
    assert (parameter.default, parameter.help) == (default, told)
    # 1 and 1.0 would be two records
    assert repr(parameter.default) == repr(default)


def package_of(monkeypatch, **modules):
    """A chapter's folder `toy`, each module of it with the given names."""
    name = "infoplane.chapters.toy"
    for module, names in {"": {}, **modules}.items():
        made = ModuleType(f"{name}.{module}".rstrip("."))
        made.__path__ = []
        made.__dict__.update(names)
        monkeypatch.setitem(sys.modules, made.__name__, made)
    return sys.modules[name]


def test_a_chapter_that_lacks_what_every_chapter_has_is_told_in_one_sentence(checkout, monkeypatch):
    (checkout / "notebooks" / "03_toy.ipynb").write_text(notebook_with("n: int = 1  # n"))
    toy = package_of(monkeypatch)
    with pytest.raises(
        InputError, match=r"chapters.toy disagree .*'plans'.*: the module has plans"
    ):
        chapter("03").refuse({})
    toy.plans = lambda p: {}
    with pytest.raises(
        InputError, match=r"03_toy.ipynb has no module .*chapters.toy.ranges: write"
    ):
        chapter("03").refuse({})
    package_of(monkeypatch, ranges={}).plans = lambda p: {}
    with pytest.raises(InputError, match=r"toy.ranges disagree .*'check'.*: the module has check"):
        chapter("03").refuse({})
    package_of(monkeypatch, ranges={"check": lambda p: p.m}).plans = lambda p: {}
    with pytest.raises(InputError, match=r"toy.ranges disagree \(there is no parameter 'm'\)"):
        chapter("03").refuse({})
    package_of(monkeypatch, ranges={"check": lambda p: None}).plans = lambda p: {}
    chapter("03").refuse({})


def test_a_mistake_inside_a_chapter_is_not_put_down_to_its_parameters(checkout, monkeypatch):
    (checkout / "notebooks" / "03_toy.ipynb").write_text(notebook_with("n: int = 1  # n"))
    package_of(monkeypatch).plans = lambda p: p.n.nothing
    with pytest.raises(AttributeError, match="'int' object has no attribute 'nothing'"):
        chapter("03").plans({})


def test_a_notebook_without_its_module_or_with_other_parameters_is_named(checkout):
    (checkout / "notebooks" / "03_nowhere.ipynb").write_text(notebook_with("n: int = 1  # n"))
    with pytest.raises(
        InputError, match=r"03_nowhere.ipynb has no module infoplane.chapters.nowhere"
    ):
        chapter("03").plans({})
    (checkout / "notebooks" / "02_mixture.ipynb").write_text(notebook_with("n: int = 1  # n"))
    with pytest.raises(
        InputError, match=r"02_mixture.ipynb and .*disagree \(there is no parameter"
    ):
        chapter("02").plans({})


def test_a_profile_reads_numbers_as_the_command_line_does(checkout):
    (checkout / "profiles" / "own.yml").write_text("02_mixture: {n: 0400, steps: 1e3}")
    assert profile("own", chapter("02")) == {"n": 400, "steps": 1000, "profile": "own"}
