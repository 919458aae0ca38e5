"""Chapter 10: both closed forms of A meet their own conditions, and neither that of the other."""

import json

import numpy as np
import pytest

from infoplane.chapters.flows.matrices import matrices

CONFIG = {"problem": "bent", "options": {"d": 5, "nats": 4.0}, "n": 600, "seed": 1}
UNEQUAL = {**CONFIG, "options": {**CONFIG["options"], "correlations": "unequal"}}


@pytest.fixture(scope="module", params=["equal", "unequal"])
def values(request):
    return matrices(CONFIG if request.param == "equal" else UNEQUAL)


def test_values_are_pairs_of_numbers(values):
    assert not set(CONFIG) & set(values)
    assert {len(pair) for pair in values.values()} == {2}
    json.dumps(values, allow_nan=False)


def test_each_form_meets_its_condition_and_not_the_other_s(values):
    """In a sample no two correlations are equal; then the forms are two."""
    assert values["condition"][0] < 1e-12
    assert values["slope"][1] < 1e-10
    assert values["condition"][1] > 1e-4
    assert values["slope"][0] > 1e-4


def test_no_other_matrix_is_as_likely(values):
    assert values["likelihood"][1] > values["likelihood"][0]


def test_information_is_the_formula_of_rho(values):
    for rho, said in zip(values["rho"], values["information"], strict=True):
        assert said == pytest.approx(-2.5 * np.log(1 - rho**2))


def test_where_correlations_are_equal_forms_agree_up_to_chance_and_else_not():
    equal, unequal = matrices(CONFIG), matrices(UNEQUAL)
    # canonical correlations of 600 rows scatter by some sqrt(d / n) = .09
    assert abs(equal["rho"][1] - equal["rho"][0]) < 0.01
    assert max(equal["white"]) < 0.2
    # one rho, whatever A, has less than there is
    assert unequal["information"][0] < unequal["information"][1] < 3.6
    assert unequal["white"][0] > 0.5
