"""Chapter 06: numbers of its claims are those of the records, and verdicts follow."""

import numpy as np
import pandas as pd
import pytest

from infoplane.book.scoreboard import verdicts
from infoplane.chapters.transfer_learning import correlated, measure
from infoplane.chapters.transfer_learning.measured import kind
from infoplane.chapters.transfer_learning.settings import COMPACTNESS, OF_LABEL, REGIMES
from infoplane.claims import judge, ledger
from tests.chapters.transfer_learning.world import unlike, world

CHAPTER = "06_transfer_learning"
CLAIMS = {claim.id for claim in ledger().values() if claim.chapter == CHAPTER}
ORDER = np.array([0.0, 3.0, 1.0, 6.0, 2.0, 7.0, 4.0, 5.0])
NO_R = np.array([3.0, 5.0, 0.0, 0.0] * 2)  # r = 0 with ORDER; one number a family
SIGNS = {"accuracy": 1, "loss": -1, "exact": -1, "ross": 1, "classifier": 1}


def along(**others):
    """All quantities lie on one line, with SIGNS; others: by name their vector, or by regime."""

    def value(quantity, regime, i):
        if quantity in others:
            own = others[quantity]
            own = own.get(regime, ORDER) if isinstance(own, dict) else own
            return float(own[i])
        return SIGNS[quantity] * ORDER[i] if quantity in SIGNS else unlike(quantity, regime, i)

    return value


@pytest.fixture(scope="module", autouse=True)
def no_orders(fewer):
    """No claim asks for p, which takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(correlated, "permutation_p", lambda a, b: 0.5)
        yield


@pytest.fixture(scope="module")
def frames():
    return world()


@pytest.fixture(scope="module")
def measured(frames, no_orders):
    return measure(frames)


def word(frames, claim):
    return judge(ledger()[claim], measure(frames)[claim]).word


def test_every_claim_of_the_chapter_is_measured_in_all_its_parts(measured):
    assert set(measured) == CLAIMS
    found = verdicts(CHAPTER, measured, "quick")
    assert {v.claim.id for v in found} == CLAIMS
    assert not [v for v in found if v.word == "not run"]


def test_each_entry_of_the_tables_goes_to_its_claim(frames, measured):
    for row in correlated.pairs(frames).to_dict("records"):
        (check,) = measured[correlated.claim_of(row["regime"], row["a"], row["b"])]
        assert (check.value, check.interval) == (row["r"], (row["low"], row["high"]))
        assert check.repetitions == 6  # three seeds of two orders
        if row["needed"] < np.inf:
            assert check.doubt == f"about {row['needed']:.0f} independent networks would decide"


def test_one_number_of_three_tables_is_judged_once(measured):
    """And stands beside the other two."""
    names = [correlated.claim_of(regime, COMPACTNESS, OF_LABEL) for regime in REGIMES]
    checks = [measured[name] for name in names]
    assert checks[0] == checks[1] == checks[2]
    words = [judge(ledger()[name], measured[name]).word for name in names]
    assert words[1:] == ["by construction"] * 2
    assert words[0] != "by construction"


def test_words_of_quantities_on_one_line():
    """r = 1 or -1 of each two: what is reported so strong is seen again with its sign, and what is
    reported weaker is not."""
    found = {v.claim.id: v.word for v in verdicts(CHAPTER, measure(world(along())), "quick")}
    reproduced = {name for name, word in found.items() if word == "reproduced"}
    assert reproduced == {
        "transfer.underfitted.accuracy~loss",
        "transfer.overfitted.accuracy~loss",
        "transfer.overfitted.accuracy~I(P;Y)",
    }
    constructed = {name for name, word in found.items() if word == "by construction"}
    assert constructed == {
        "transfer.optimal.I(X;E+eps)~I(E;Y)", "transfer.overfitted.I(X;E+eps)~I(E;Y)",
        "transfer.constant",
    }  # fmt: skip
    assert set(found.values()) == {"reproduced", "differs", "by construction"}


@pytest.mark.parametrize("regime", REGIMES)
def test_a_regime_decides_about_its_own_claims(regime):
    """Where the loss rises with accuracy in one regime, that of the others is as it was."""
    frames = world(along(loss={regime: ORDER} | {r: -ORDER for r in REGIMES if r != regime}))
    for other in ("underfitted", "overfitted"):
        expected = "differs" if other == regime else "reproduced"
        assert word(frames, f"transfer.{other}.accuracy~loss") == expected


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ({"ross": NO_R, "classifier": NO_R}, "reproduced"),
        ({"ross": {"optimal": NO_R}, "classifier": NO_R}, "reproduced"),  # one regime is enough
        ({"ross": {"overfitted": NO_R}, "classifier": NO_R}, "differs"),  # but not the last
        ({"ross": NO_R}, "differs"),  # labels go with accuracy as much
        ({"classifier": NO_R}, "differs"),
        ({"ross": NO_R, "classifier": NO_R, "exact": ORDER}, "differs"),  # the sign is another
        ({"ross": NO_R, "classifier": NO_R, "exact": NO_R}, "differs"),
        ({"ross": -ORDER, "classifier": NO_R}, "differs"),  # as strong with another sign
        ({"ross": NO_R, "classifier": NO_R, "exact": unlike}, "undecided"),
    ],
)
def test_compactness_is_the_most_stable_where_it_alone_goes_with_accuracy(others, expected):
    if others.get("exact") is unlike:  # a correlation near -.5, whose interval says little
        others = others | {"exact": -ORDER + 3.5 * np.array([1, -1, 1, 1, -1, 1, 1, -1])}
    assert word(world(along(**others)), "transfer.compactness") == expected


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ({"ross": NO_R, "classifier": NO_R}, "reproduced"),
        ({"ross": {"optimal": NO_R}, "classifier": NO_R}, "reproduced"),
        ({"ross": {"underfitted": NO_R}, "classifier": NO_R}, "differs"),  # another regime
        ({"ross": NO_R}, "differs"),  # labels tell as much
        ({"ross": NO_R, "classifier": NO_R, "exact": ORDER}, "reproduced"),  # whatever the sign
    ],
)
def test_compactness_is_the_most_informative_where_others_tell_less_at_the_best_epoch(
    others, expected
):
    assert word(world(along(**others)), "transfer.informative") == expected


def test_parts_of_compactness_are_of_their_regime():
    """Accuracies that go with it in one regime only: in the first, or in the best."""
    for regime in REGIMES[:2]:
        falls = {r: ORDER if r == regime else NO_R for r in REGIMES}
        checks = {c.name: c for c in measure(world(along(accuracy=falls)))["transfer.compactness"]}
        assert set(checks) == {"underfitted", "optimal", "above predictions", "above labels"}
        for name in REGIMES[:2]:
            assert checks[name].value == pytest.approx(-1 if name == regime else 0, abs=1e-9)


@pytest.mark.parametrize(
    ("changes", "members"), [({"orders": [4]}, 3), ({"seeds": [3, 5], "orders": [4, 0]}, 4)]
)
def test_few_classifiers_decide_nothing(changes, members):
    frames = world(along(), **changes)
    checks = measure(frames)["transfer.underfitted.accuracy~loss"]
    assert checks[0].repetitions == members
    assert word(frames, "transfer.underfitted.accuracy~loss") == "undecided"


def test_the_spread_beside_what_is_constant_is_the_largest_of_mine(measured):
    (check,) = measured["transfer.constant"]
    assert check.value == pytest.approx(0.8)  # of the last network
    reason = judge(ledger()["transfer.constant"], [check]).reason
    assert "std of I(E;Y) by MINE, at most: 0.8" in reason


def test_every_reason_says_what_kind_of_replication_it_is(measured):
    told = "8 networks of 4 families on digits: conceptual"
    for name, checks in measured.items():
        assert judge(ledger()[name], checks).reason.endswith(told), name


@pytest.mark.parametrize(
    ("networks", "families", "told"),
    [
        ("source", ["a", "a", "b"], "3 networks of 2 families on catsdogs: architectures as in"),
        ("stored", ["a", "b", "c"], "3 networks of 3 families on catsdogs: conceptual"),
        ("torchvision", ["a"], "1 network of 1 family on catsdogs: conceptual"),
    ],
)
def test_only_the_six_architectures_are_those_of_the_source(networks, families, told):
    facts = pd.DataFrame({"networks": networks, "images": "catsdogs", "family": families})
    assert kind({"facts": facts}).startswith(told)
