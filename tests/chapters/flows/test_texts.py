"""Chapter 10: the answer says what the records hold."""

import math

from infoplane.chapters.flows.texts import answer
from infoplane.estimators.flow import Flow
from tests.chapters.flows.world import found, world


def test_the_answer_is_of_the_records():
    told, own = answer(world()).splitlines(), Flow.learning_rate
    assert len(told) == 3
    assert all(line.startswith("- ") for line in told)
    assert "Of 25 nats the source's model finds 24.8, 24.8 when both sides are" in told[0]
    assert "rotated and 24.8 when they are bent" in told[0]
    assert "unequal correlations 12.0 with its one ρ, and 24.8 with one for each pair" in told[0]
    assert "mixed after they were bent finds 16.0, and 24.8 behind an ICA" in told[0]
    # rows of random starts end at 10 and the logarithm of the rate to ten, and .1 of a seed, and
    # begin at a third of that
    assert "rows show 24.8 before the first step, with a random A 2." in told[1]
    ends = [f"{10.47 + math.log10(r):.1f} at learning rate {r:g}" for r in (5e-4, own, 0.01)]
    assert f"after 20 steps {', '.join(ends)}." in told[1]
    assert "canonical correlations alone find 25.1, in 0.01 seconds" in told[1]
    assert "the source's model takes 2." in told[1]
    assert "Of 10 nats between images, through codes of two numbers, flows find 9.7" in told[2]
    assert "weighted neighbours 9.5 and KSG 6.0" in told[2]
    assert "with ν = 1 they find 1.65, and with a mixture of Gaussians behind them 2.45" in told[2]


def test_bends_that_differ_have_a_range():
    def value(case, model, seed):
        return 23.0 if case == "cubic" else found(case, model, seed)

    assert "23.0 to 24.8 when they are bent" in answer(world(gauss=value))
