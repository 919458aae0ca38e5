"""What the book shows of all claims, for an edition."""

import pytest

from infoplane.book.overview import overview
from infoplane.book.scoreboard import scoreboard
from infoplane.claims import ledger
from infoplane.claims.sources import SOURCES


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    found = scoreboard("full").verdicts
    return overview("full", tmp_path_factory.mktemp("stage"), found, {"02_mixture": set()})


def test_the_scoreboard_has_a_row_and_a_line_for_every_claim(texts):
    for claim in ledger():
        assert f'id="claim-{claim}"' in texts["scoreboard"]
    assert texts["scoreboard"].count('class="strip"') > len(ledger())


def test_each_document_has_its_own_claims_and_all_together_are_the_ledger(texts):
    counted = 0
    for source in SOURCES.values():
        assert f"({source.page}.md)" in texts["documents"]
        assert texts[source.key].startswith("Of ")
        counted += texts[source.key].count("scoreboard.html#claim-")
    # in the list, and as squares of chapters that are not among the pages given
    shown = sum(claim.chapter != "02_mixture" for claim in ledger().values())
    assert counted == len(ledger()) + shown


def test_squares_of_a_chapter_lead_to_its_page(texts):
    assert "../notebooks/02_mixture.html#claim-mixture.log2" in texts["squares"]
