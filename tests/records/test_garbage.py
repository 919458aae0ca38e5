"""The pause in the search for garbage ends as it began."""

import gc

import pytest

from infoplane.records.garbage import uncollected


@pytest.fixture
def searching():
    before = gc.isenabled()
    gc.enable()
    yield
    (gc.enable if before else gc.disable)()


def test_the_search_goes_on_afterwards_whatever_happens(searching):
    with uncollected():
        assert not gc.isenabled()
        with uncollected():  # a hash inside a command
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyboardInterrupt), uncollected():
        raise KeyboardInterrupt
    assert gc.isenabled()


def test_who_has_stopped_it_keeps_it_stopped(searching):
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()
