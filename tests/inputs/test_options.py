"""Options are refused with what is accepted, and with the nearest name where one is near."""

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.inputs.options import is_count, nearest, one_of, whole, within


@pytest.mark.parametrize(
    ("name", "known", "told"),
    [
        ("fulll", ["quick", "full"], "; did you mean 'full'?"),
        ("mnist", ["FashionMNIST", "MNIST"], "; did you mean 'MNIST'?"),
        ("zzz", ["quick", "full"], ""),
        ("", ["quick", "full"], ""),
        ("full", [], ""),
        (3, ["quick", "full"], ""),
        (None, ["none", "full"], "; did you mean 'none'?"),
    ],
)
def test_the_nearest_name(name, known, told):
    assert nearest(name, known) == told


def test_one_of_names_what_is_accepted_and_the_nearest_of_it():
    one_of("loss", "mse", ("mse", "bce"))
    for bad, hint in (("MSE", "; did you mean 'mse'?"), ("", ""), (None, "")):
        with pytest.raises(InputError) as found:
            one_of("loss", bad, ("mse", "bce"))
        assert str(found.value) == f"loss={bad!r} does not exist: choose one of mse, bce{hint}"


def test_none_is_named_where_it_is_accepted():
    checks = {
        "a, b or None": lambda value: one_of("errors", value, ("a", "b"), or_none=True),
        ">= 1 or None": lambda value: whole("errors", value, at_least=1, or_none=True),
        "> 0 or None": lambda value: within("errors", value, above=0, or_none=True),
    }
    for told, check in checks.items():
        check(None)
        for bad in ("foo", 0, False):
            with pytest.raises(InputError, match=rf"^errors={bad!r} .*{told}$"):
                check(bad)


@pytest.mark.parametrize("value", [1, 3, np.int64(2), np.uint8(3)])
def test_whole_numbers_pass(value):
    assert is_count(value, 1, 3)
    whole("k", value, at_least=1, at_most=3)


@pytest.mark.parametrize("value", [0, 4, np.int64(4), 2.0, True, "2", None, np.nan, [2]])
def test_what_is_no_whole_number_in_range_is_named(value):
    assert not is_count(value, 1, 3)
    with pytest.raises(InputError) as found:
        whole("k", value, at_least=1, at_most=3)
    told = f"k={value!r} is not accepted: pass an integer >= 1 and <= 3"
    assert str(found.value) == told


@pytest.mark.parametrize("value", [["a"], np.array("a"), np.array(["a", "b"]), np.array([]), {"a"}])
def test_one_of_takes_no_array_for_a_name(value):
    """Equality with an array is an array, which is neither true nor false."""
    for or_none in (False, True):
        with pytest.raises(InputError) as found:
            one_of("errors", value, ("a", "b"), or_none=or_none)
        told = f"errors={value!r} does not exist: choose one of a, b" + " or None" * or_none
        assert str(found.value).startswith(told)
    one_of("errors", np.array(["a", "b"])[0], ("a", "b"))  # a string of NumPy is one
