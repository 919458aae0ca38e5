"""What was measured: one number of decimals, and every part with its own."""

from dataclasses import replace

import pytest

from infoplane.book.measured import measured, numbers, unit_behind
from infoplane.claims import Check, judge, ledger

CLAIM = replace(next(iter(ledger().values())), unit="nats", quantity="q")


@pytest.mark.parametrize(
    ("value", "interval", "shown"),
    [
        (20.1, (20.0, 20.2), "20.1 [20.0, 20.2]"),
        (0.5, (-0.25, 1.25), "0.50 [−0.25, 1.25]"),
        (0.0, (-0.0001, 0.0), "0.0000 [−0.0001, 0.0000]"),
        (0.00345, (0.0001, 12.0), "0.003 [0.000, 12.000]"),
        (1e-9, (1e-10, 2e-9), "1e-09 [1e-10, 2e-09]"),
        (123456.0, (1234.0, 2e6), "1.23e+05 [1.23e+03, 2e+06]"),
        (0.693147, (0.693146, 0.693148), "0.693"),
        (0.00345, (0.00345, 0.00345), "0.00345"),
        (0.00345, (0.00331, 0.0036), "0.00345 [0.00331, 0.00360]"),
        (0.5, None, "0.5"),
        (float("nan"), (0.0, 1.0), "no number"),
    ],
)
def test_a_number_and_its_ends_have_the_same_decimals(value, interval, shown):
    assert numbers(value, interval) == shown


def test_a_unit_breaks_at_its_stroke():
    assert unit_behind("nats/dimension") == " nats/<wbr>dimension"
    assert unit_behind("nats, 1") == unit_behind("1") == ""


@pytest.mark.parametrize(("count", "folded"), [(1, False), (3, False), (6, True)])
def test_all_parts_stand_with_their_numbers_behind_a_fold_where_they_are_many(count, folded):
    names = [f"p{i}" for i in range(count)] if count > 1 else [""]
    claim = replace(CLAIM, accept="; ".join(f"{name}: <= 9" if name else "<= 9" for name in names))
    checks = [Check(i + 0.5, (i + 0.25, i + 0.75), name) for i, name in enumerate(names)]
    html = measured(judge(claim, checks))
    assert html.count("<li>") == (count if count > 1 else 0)
    for i in range(count if count > 1 else 0):
        assert f"<li>p{i}: {i + 0.5:.2f} [{i + 0.25:.2f}, {i + 0.75:.2f}] nats</li>" in html
    assert ("<details" in html) == folded


def test_a_part_says_its_word_where_it_is_another():
    claim = replace(CLAIM, accept="a: [-1, 1]; b: [-1, 1]")
    html = measured(judge(claim, [Check(0, (0, 0), "a"), Check(2, (2, 2), "b")]))
    assert "<li>a: 0 nats (reproduced)</li><li>b: 2 nats</li>" in html
