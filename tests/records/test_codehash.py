"""The hash follows what a function can reach, and nothing else."""

import ast
from pathlib import Path

import pytest

from infoplane.records import codehash
from infoplane.records.codehash import code_hash, reachable

HELPERS = '''
LIMIT = 3

class Base:
    def value(self):
        return LIMIT

class Derived(Base):
    """{doc}"""

def unused():
    return {unused}
'''

MODULE = """
from infoplane.helpers_for_test import Derived

def run():
    # {comment}
    return Derived().value() + local()

def local():
    return 1

def figure():
    return {figure}
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A function that writes modules of the package, by name, and hashes `run` of one of them."""
    import infoplane

    monkeypatch.setattr(infoplane, "__path__", [*infoplane.__path__, str(tmp_path)])

    def forget():
        for cached in vars(codehash).values():
            if hasattr(cached, "cache_clear"):
                cached.cache_clear()

    def write(**modules):
        for name, text in modules.items():
            path = tmp_path / f"{name.replace('__in__', '/')}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        forget()
        return code_hash("infoplane.module_for_test", ("run",))

    yield write
    forget()


@pytest.fixture
def hash_of(written):
    """The hash of `run` after writing both modules with the given texts in their places."""

    def write(limit="3", **texts):
        words = {"doc": "d", "unused": "0", "comment": "c", "figure": "0"} | texts
        helpers = HELPERS.format(**words).replace("LIMIT = 3", f"LIMIT = {limit}")
        return written(helpers_for_test=helpers, module_for_test=MODULE.format(**words))

    return write


def follows(
    written, module, place="helpers_for_test", text="def value():\n    return {}\n", **rest
):
    """Whether the hash of `run` in `module` follows a number in the text of another module."""
    one = written(module_for_test=module, **{place: text.format(1)}, **rest)
    two = written(module_for_test=module, **{place: text.format(2)}, **rest)
    return one != two


def test_only_code_that_can_matter_counts(hash_of):
    before = hash_of()
    assert hash_of(comment="another", doc="another") == before
    assert hash_of(unused="7", figure="7") == before
    assert hash_of(limit="4") != before  # a constant that a base class of a used class reads


def test_reachable_follows_imports_bases_and_constants(hash_of):
    hash_of()
    found = reachable("infoplane.module_for_test", ["run"])
    assert found == {
        ("infoplane.module_for_test", "run"),
        ("infoplane.module_for_test", "local"),
        ("infoplane.helpers_for_test", "Derived"),
        ("infoplane.helpers_for_test", "Base"),
        ("infoplane.helpers_for_test", "LIMIT"),
    }


def test_a_text_depends_on_what_it_uses(hash_of):
    text = "from infoplane.module_for_test import run\nrun()"
    hash_of()
    before = codehash.text_hash(text)
    hash_of(comment="another", figure="7")
    assert codehash.text_hash(text) == before
    hash_of(limit="4")
    assert codehash.text_hash(text) != before


def test_a_chapter_does_not_depend_on_estimators_it_does_not_name():
    modules = {module for module, _ in reachable("infoplane.chapters.mixture.runs", ["classical"])}
    assert "infoplane.estimators.binning" in modules
    assert "infoplane.estimators.neural.mine" not in modules
    assert "infoplane.claims" not in modules


USE = "{}\ndef run():\n    return {}\n"


def test_a_definition_that_moves_is_the_same_definition(written):
    text = "LIMIT = 3\ndef value():\n    return LIMIT\n"
    here = written(
        helpers_for_test=text,
        module_for_test=USE.format("from infoplane.helpers_for_test import value", "value()"),
    )
    there = written(
        house__in____init__="",
        house__in__room=text,
        module_for_test=USE.format("from infoplane.house.room import value", "value()"),
    )
    inside = written(module_for_test=f"{text}{USE.format('', 'value()')}")
    assert here == there == inside


def test_an_import_inside_a_function_says_where_and_not_what(written):
    at_top = written(
        helpers_for_test="def value():\n    return 1\n",
        module_for_test=USE.format("from infoplane.helpers_for_test import value", "value()"),
    )
    module = "def run():\n    from infoplane.helpers_for_test import value\n    return value()\n"
    assert written(module_for_test=module) == at_top
    assert follows(written, module)


@pytest.mark.parametrize(
    ("line", "use"),
    [
        ("from infoplane.helpers_for_test import value", "value()"),
        ("from infoplane.helpers_for_test import value as other", "other()"),
        ("from infoplane import helpers_for_test", "helpers_for_test.value()"),
        ("from infoplane import helpers_for_test as other", "other.value()"),
        ("import infoplane.helpers_for_test", "infoplane.helpers_for_test.value()"),
        ("import infoplane.helpers_for_test as other", "other.value().real"),
        ("import infoplane.helpers_for_test as a\nb = a", "b.value()"),
        ("import infoplane.helpers_for_test as a", "getattr(a, 'val' + 'ue')()"),
        ("from .helpers_for_test import value", "value()"),
        ("from . import helpers_for_test", "helpers_for_test.value()"),
        ("from infoplane.helpers_for_test import *", "value()"),
        ("try:\n    import nothing\nexcept ImportError:\n    from .helpers_for_test import value",
         "value()"),
        ("from infoplane.helpers_for_test import value\n@value\ndef inner():\n    ...", "inner()"),
        ("from infoplane.helpers_for_test import value\nTABLE = {{}}\nTABLE['a'] = value", "TABLE"),
        ("from infoplane.helpers_for_test import value\nTABLE = []\nTABLE.append(value)", "TABLE"),
        ("from infoplane.helpers_for_test import value\nfor TABLE in [value]:\n    ...", "TABLE"),
    ],
)  # fmt: skip
def test_a_name_is_followed_however_it_is_imported_and_used(written, line, use):
    assert follows(written, USE.format(line.replace("{{}}", "{}"), use))


@pytest.mark.parametrize(
    ("line", "use"),
    [
        ("from infoplane.house import value", "value()"),
        ("from infoplane import house", "house.value()"),
        ("import infoplane.house as other", "other.value()"),
        ("from infoplane.house import room", "room.value()"),
        ("from infoplane import house", "house.room.value()"),
    ],
)
@pytest.mark.parametrize(
    "export", ["from infoplane.house.room import value", "from .room import *"]
)
def test_a_reexport_is_followed_to_where_it_is_defined(written, line, use, export):
    module = USE.format(line, use)
    assert follows(written, module, "house__in__room", house__in____init__=export)


def test_what_no_name_reaches_does_not_count(written):
    module = USE.format("from infoplane.helpers_for_test import value", "1")
    assert not follows(written, module)
    other = USE.format("from infoplane.helpers_for_test import value", "value()")
    assert not follows(written, other, text="def value():\n    return 1\nOTHER = {}\n")
    assert not follows(written, other, text="def value():\n    return 1\nif __name__:\n    f({})\n")


def test_a_hash_is_made_once(hash_of, monkeypatch):
    before = hash_of()
    monkeypatch.setattr(codehash, "_closure", None)
    assert code_hash("infoplane.module_for_test", ("run",)) == before


ODD = """
class A:
    async def f(self):
        try:
            match self:
                case [x] if x:
                    from a import b
                case _:
                    with open(b) as c, d:
                        def inner(e=lambda: 0): ...
        except* ValueError:
            import f
        else:
            for g in h: ...
            else: ...
        finally:
            while i: return [j async for j in k if (yield)]
"""


def test_the_walks_find_what_that_of_ast_finds():
    sources = [path.read_text() for path in Path(codehash.__file__).parent.glob("*.py")]
    for source in (ODD, *sources):
        tree = ast.parse(source)
        every = [node for node in ast.walk(tree) if not isinstance(node, ast.expr_context)]
        found = codehash._nodes(tree)
        assert sorted(map(id, found)) == sorted(map(id, every))
        place = {id(node): i for i, node in enumerate(found)}
        for node in found:
            for part in ast.iter_child_nodes(node):
                assert isinstance(part, ast.expr_context) or place[id(part)] > place[id(node)]
        blocks = [node for node in every if isinstance(node, codehash.BLOCKS)]
        assert sorted(map(id, codehash._statements(tree))) == sorted(map(id, blocks))
