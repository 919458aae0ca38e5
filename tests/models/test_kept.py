"""Weights that are kept: found by what made them, whole or not at all, made by one at a time."""

import importlib.util
import multiprocessing
import threading

import pytest
import torch
from filelock import FileLock, Timeout

from infoplane.models import kept as kept_module
from infoplane.models.kept import Kept, alone, put_together

CONFIG = {"dataset": "digits", "rate": 1e-3, "seed": 0}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """What is kept lies in a folder of the test's own."""
    monkeypatch.setattr(kept_module, "build_dir", lambda: tmp_path / "build")
    return tmp_path / "build"


def source(path, text):
    """A module of the given text at `path`."""
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    return importlib.util.module_from_spec(spec)


@pytest.fixture
def module(tmp_path):
    return source(tmp_path / "made.py", "STEP = 1\n")


def weights(seed=0):
    g = torch.Generator().manual_seed(seed)
    return {
        "a": torch.randn(3, 4, generator=g),
        "b": torch.randn(5, generator=g, dtype=torch.float64),
        "odd": torch.tensor([0.0, -0.0, torch.inf, -torch.inf, 1e-45]),
        "counts": torch.arange(4),
    }


def same(found, expected):
    """Bit for bit, with the same types, in the same order."""
    return list(found) == list(expected) and all(
        found[name].dtype == w.dtype
        and found[name].numpy().tobytes() == w.detach().numpy().tobytes()
        for name, w in expected.items()
    )


def files(each):
    return sorted(path.name for path in each.folder.iterdir())


def test_what_is_saved_is_found_bit_for_bit_epoch_by_epoch(module, folder):
    each = Kept(CONFIG, [module])
    assert each.folder.parent.parent == folder
    assert each.load(0) is None  # the folder is not there yet
    each.save(0, weights(0))
    each.save(4, weights(1))
    again = Kept(CONFIG, [module])
    assert same(again.load(0), weights(0))
    assert same(again.load(4), weights(1))
    assert not same(again.load(0), weights(1))
    assert again.load(8) is None
    again.save(0, weights(2))  # the last one counts
    assert same(each.load(0), weights(2))


def test_weights_are_kept_as_they_were_and_no_more_than_these(module):
    """A view of one member of a model, in training: neither its base nor its gradient."""
    large = torch.zeros(1000, 100, requires_grad=True)
    each = Kept(CONFIG, [module])
    each.save(0, {"w": large[:1]})
    with torch.no_grad():
        large += 1
    found = each.load(0)["w"]
    assert not found.requires_grad
    assert found.untyped_storage().nbytes() == 4 * 100
    assert not found.any()


@pytest.mark.parametrize(
    "other",
    [CONFIG | {"seed": 1}, CONFIG | {"rate": 2e-3}, CONFIG | {"more": 0}, {"dataset": "digits"}],
)
def test_weights_of_another_setting_are_not_found(module, other):
    Kept(CONFIG, [module]).save(0, weights())
    assert Kept(other, [module]).load(0) is None
    assert Kept(CONFIG, [module]).load(0) is not None


def test_the_order_of_a_setting_is_no_part_of_it(module):
    turned = dict(reversed(CONFIG.items()))
    assert list(turned) != list(CONFIG)
    assert Kept(turned, [module]).folder == Kept(CONFIG, [module]).folder


def test_weights_of_changed_code_are_not_found(module, tmp_path):
    other = source(tmp_path / "other.py", "X = 1\n")
    Kept(CONFIG, [module, other]).save(0, weights())
    assert Kept(CONFIG, [module]).load(0) is None
    for path, text in ((tmp_path / "made.py", "STEP = 2\n"), (tmp_path / "other.py", "X = 2\n")):
        before = path.read_text()
        path.write_text(text)
        assert Kept(CONFIG, [module, other]).load(0) is None
        path.write_text(before)
        assert Kept(CONFIG, [module, other]).load(0) is not None


def test_weights_of_another_torch_are_not_found(module, monkeypatch):
    Kept(CONFIG, [module]).save(0, weights())
    monkeypatch.setattr(torch, "__version__", torch.__version__ + ".1")
    assert Kept(CONFIG, [module]).load(0) is None


def damages():
    yield "empty", lambda _: b""
    yield "text", lambda _: b"no weights at all\n"
    yield "a pickle cut short", lambda _: b"\x80\x02"
    yield "another pickle", lambda _: b"\x80\x02cposix\nsystem\nq\x00."
    for share in (0.01, 0.5, 0.99):
        yield f"{share:.0%}", lambda whole, share=share: whole[: int(share * len(whole))]
    yield "a byte less", lambda whole: whole[:-1]
    yield "a hole", lambda whole: whole[:60] + bytes(80) + whole[140:]


@pytest.mark.parametrize(("name", "damage"), list(damages()))
def test_a_damaged_file_counts_as_none_and_is_replaced(module, name, damage):
    each = Kept(CONFIG, [module])
    each.save(0, weights())
    path = each.folder / files(each)[0]
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert path.read_bytes() != whole
    assert each.load(0) is None, name
    each.save(0, weights())
    assert same(each.load(0), weights())


@pytest.mark.parametrize("step", ["torch.save", "os.replace"])
@pytest.mark.parametrize("before", [False, True])
def test_an_interrupted_save_leaves_all_or_none(module, monkeypatch, step, before):
    each = Kept(CONFIG, [module])
    if before:
        each.save(0, weights(0))

    def cut(state, place):
        if step == "torch.save":
            place.write_bytes(b"half of it")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"infoplane.models.kept.{step}", cut)
        with pytest.raises(KeyboardInterrupt):
            each.save(0, weights(1))
    assert same(each.load(0), weights(0)) if before else each.load(0) is None
    assert files(each) == (["epoch0000.pt"] if before else [])
    each.save(0, weights(1))
    assert same(each.load(0), weights(1))


def test_what_a_killed_process_left_beside_is_not_taken(module):
    """A process that is killed outright leaves its temporary file, which no one reads."""
    each = Kept(CONFIG, [module])
    each.folder.mkdir(parents=True)
    (each.folder / ".epoch0000.pt.1-ab.tmp").write_bytes(b"half of it")
    assert each.load(0) is None


def held(each):
    """Whether someone holds the lock of a folder: asked without waiting."""
    try:
        with FileLock(each.folder / ".lock", timeout=0):
            return False
    except Timeout:
        return True


def enter(kept, inside, leave):
    with alone(kept):
        inside.set()
        leave.wait(30)


def test_only_one_thread_makes_these_weights_and_others_find_them(module):
    each, made, found = Kept(CONFIG, [module]), [], []
    start = threading.Barrier(2)

    def work():
        start.wait(30)
        with alone([each]):
            if each.load(0) is None:
                made.append(threading.get_ident())
                each.save(0, weights(len(made)))
            found.append(each.load(0))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert len(made) == 1
    assert len(found) == 2
    assert all(same(one, weights(1)) for one in found)


def test_another_process_waits_for_all_of_these_weights_and_for_no_others(module):
    first, second, third = (Kept(CONFIG | {"seed": s}, [module]) for s in range(3))
    third.folder.mkdir(parents=True)
    fork = multiprocessing.get_context("fork")
    inside, leave = fork.Event(), fork.Event()
    # the same weights twice are made once, in whatever order they are named
    process = fork.Process(target=enter, args=([second, first, second], inside, leave))
    process.start()
    try:
        assert inside.wait(30)
        assert [held(each) for each in (first, second, third)] == [True, True, False]
    finally:
        leave.set()
        process.join(30)
    assert process.exitcode == 0
    assert not any(held(each) for each in (first, second, third))


def test_who_fails_lets_the_next_one_in(module):
    each = Kept(CONFIG, [module])
    makers = alone([each])
    makers.__enter__()
    assert held(each)
    error = RuntimeError("diverged")
    assert not makers.__exit__(RuntimeError, error, None)  # it is not swallowed
    assert not held(each)


def test_members_are_put_together_in_their_order_or_missed():
    states = [{"w": torch.full((1, 2), value)} for value in (1.0, 2.0)]
    assert put_together(states)["w"].tolist() == [[1, 1], [2, 2]]
    with pytest.raises(RuntimeError, match="gone"):
        put_together([states[0], None])
