"""Pictures of estimators show what the estimates hold, and nothing of other estimators."""

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.estimators import KSG, Flow
from infoplane.estimators.plots import course_panel

X, NOISE = np.random.default_rng(0).standard_normal((2, 600))


@pytest.mark.parametrize(("base", "curves"), [("gaussian", 3), ("mixture", 2)])
def test_the_course_of_a_flow_has_its_curves_and_ends_in_its_value(base, curves):
    found = Flow(steps=20, base=base, components=2).estimate(X, X + NOISE)
    (axes,) = course_panel(found).axes
    drawn = {line.get_label(): line for line in axes.lines if line.get_label()[0] != "_"}
    assert len(drawn) == curves
    assert drawn["validation rows"].get_ydata().tolist() == found.history["validation"].tolist()
    (bar,) = axes.containers
    assert bar.lines[0].get_xydata().tolist() == [[found.history["step"][-1], found.value]]


def test_another_estimate_has_no_course():
    with pytest.raises(InputError, match="found is an estimate by ksg"):
        course_panel(KSG(errors=None).estimate(X, X + NOISE))
