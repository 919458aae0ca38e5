"""Embeddings that are kept: found by what made them, whole or not at all."""

import numpy as np
import pytest
from filelock import FileLock, Timeout

from infoplane.models.backbones import parts
from infoplane.models.backbones.parts import Part, Parts

MADE = {"network": "small", "sha256": "ab", "versions": {"torch": "2"}}
IMAGES = "0123456789abcdef" * 4


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "build_dir", lambda: tmp_path / "build")
    return tmp_path / "build"


def part(seed=0):
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((3, 5)).astype(np.float32)
    return Part(rows, np.array([0, 2, 3]), {1: "broken"}, 0.25)


def same(found, expected):
    return (
        found.embedding.dtype == np.float32
        and np.array_equal(found.embedding, expected.embedding)
        and np.array_equal(found.kept, expected.kept)
        and (found.unreadable, found.seconds) == (expected.unreadable, expected.seconds)
    )


def the_file(each):
    (file,) = each.folder.glob("*.npz")
    return file


def test_what_is_saved_is_found_bit_for_bit(folder):
    each = Parts("small", MADE)
    assert each.folder.parent == folder / "embeddings"
    assert each.folder.name.startswith("small-")
    assert each.load(IMAGES, 4) is None
    each.save(IMAGES, part())
    assert same(Parts("small", dict(reversed(MADE.items()))).load(IMAGES, 4), part())
    assert each.load("f" * 64, 4) is None
    assert each.load(IMAGES, 5) is None  # it has four images
    each.save(IMAGES, part(1))  # the last one counts
    assert same(each.load(IMAGES, 4), part(1))


@pytest.mark.parametrize("other", [{"sha256": "cd"}, {"versions": {"torch": "3"}}, {"layer": "x"}])
def test_another_network_is_another_folder(other):
    Parts("small", MADE).save(IMAGES, part())
    assert Parts("small", MADE | other).load(IMAGES, 4) is None
    assert Parts("small", MADE).load(IMAGES, 4) is not None


def damages():
    yield "empty", lambda _: b""
    yield "text", lambda _: b"no array\n"
    yield "a pickle", lambda _: b"\x80\x02cposix\nsystem\nq\x00."
    for share in (0.01, 0.5, 0.99):
        yield f"{share:.0%}", lambda whole, share=share: whole[: int(share * len(whole))]
    yield "a byte less", lambda whole: whole[:-1]
    yield "a hole", lambda whole: whole[:60] + bytes(80) + whole[140:]


@pytest.mark.parametrize(("name", "damage"), list(damages()))
def test_a_damaged_file_counts_as_none_and_is_replaced(name, damage):
    each = Parts("small", MADE)
    each.save(IMAGES, part())
    whole = the_file(each).read_bytes()
    the_file(each).write_bytes(damage(whole))
    assert the_file(each).read_bytes() != whole
    assert each.load(IMAGES, 4) is None, name
    each.save(IMAGES, part())
    assert same(each.load(IMAGES, 4), part())


def test_numbers_that_are_not_those_of_the_checksum_count_as_none():
    """A whole file of the right format, whose numbers someone changed."""
    each = Parts("small", MADE)
    each.save(IMAGES, part())
    with np.load(the_file(each)) as found:
        fields = {key: found[key] for key in found.files}
    for key, changed in (
        ("embedding", fields["embedding"] + np.float32(1e-6)),
        ("kept", np.array([0, 1, 3])),
        ("unreadable", '[[1, "another reason"]]'),
        ("seconds", 1.0),
    ):
        np.savez(the_file(each), **(fields | {key: changed}))
        assert each.load(IMAGES, 4) is None, key
        np.savez(the_file(each), **fields)
        assert each.load(IMAGES, 4) is not None
        np.savez(the_file(each), **{k: v for k, v in fields.items() if k != key})
        assert each.load(IMAGES, 4) is None, f"no {key}"


def test_an_interrupted_save_leaves_all_or_none(monkeypatch):
    each = Parts("small", MADE)
    each.save(IMAGES, part())

    def cut(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("infoplane.paths.os.replace", cut)
        with pytest.raises(KeyboardInterrupt):
            each.save(IMAGES, part(1))
    assert same(each.load(IMAGES, 4), part())
    assert len(list(each.folder.iterdir())) == 2  # the part, and what it was made from


def test_two_processes_do_not_work_in_one_folder():
    """The lock is held inside, and let go however that ends."""
    each = Parts("small", MADE)
    other = FileLock(each.folder / ".lock", timeout=0)
    makers = each.alone()
    makers.__enter__()
    with pytest.raises(Timeout):
        other.acquire()
    error = RuntimeError("diverged")
    assert not makers.__exit__(RuntimeError, error, None)  # it is not swallowed
    with other:
        pass
