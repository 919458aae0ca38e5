"""Chapter 08: what other pages say of its table counts the rows that the source named."""

import pytest

from infoplane.chapters.lenet_mine.findings import REMARKS
from infoplane.chapters.lenet_mine.settings import ARCHITECTURES
from tests.chapters.lenet_mine.world import world

EXPLODING = [a.claim for a in ARCHITECTURES if a.reported == "exploding"]
CONVERGED = [a.claim for a in ARCHITECTURES if a.reported == "converged"]


def test_runs_do_what_the_report_saw():
    assert REMARKS["lenet_table"](world()) == (
        "Of the runs in the rows that the report saw explode, 32 of 32 at relu3 and 32 of 32 at "
        "maxpool1 do; of the runs in the rows that the report saw converge, 24 of 24 at relu3 and "
        "24 of 24 at maxpool1 do."
    )


@pytest.mark.parametrize("of", [EXPLODING, CONVERGED])
def test_other_rows_do_not_count(of):
    """The other kind of row says the same word everywhere, and nothing is added."""
    others = CONVERGED if of is EXPLODING else EXPLODING
    word = "exploding" if of is EXPLODING else "converged"
    words = dict.fromkeys(others, word) | dict.fromkeys(of, "moving")
    told = REMARKS["lenet_table"](world(words=words))
    n = 8 * len(of)
    assert f"0 of {n} at relu3 and 0 of {n} at maxpool1" in told
