"""The hash follows what a function can reach, and nothing else."""

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
def hash_of(tmp_path, monkeypatch):
    """The hash of `run` after writing both modules with the given texts in their places."""

    def write(limit="3", **texts):
        words = {"doc": "d", "unused": "0", "comment": "c", "figure": "0"} | texts
        (tmp_path / "helpers_for_test.py").write_text(
            HELPERS.format(**words).replace("LIMIT = 3", f"LIMIT = {limit}")
        )
        (tmp_path / "module_for_test.py").write_text(MODULE.format(**words))
        codehash.code_hash.cache_clear()
        codehash._module.cache_clear()
        return code_hash("infoplane.module_for_test", ("run",))

    import infoplane

    monkeypatch.setattr(infoplane, "__path__", [*infoplane.__path__, str(tmp_path)])
    yield write
    codehash.code_hash.cache_clear()
    codehash._module.cache_clear()


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
    modules = {module for module, _ in reachable("infoplane.chapters.mixture", ["classical"])}
    assert "infoplane.estimators.binning" in modules
    assert "infoplane.estimators.neural.mine" not in modules
    assert "infoplane.claims" not in modules
