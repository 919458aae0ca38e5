"""Options are refused with what is accepted, and with the nearest name where one is near."""

import pytest

from infoplane.errors import InputError
from infoplane.inputs.options import nearest, one_of


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
