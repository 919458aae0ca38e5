"""The ledger is whole: every claim has a region, an argument, and what was asked first."""

import math
import re
from typing import get_args

import pytest

from infoplane import paths
from infoplane.book.scoreboard import scoreboard
from infoplane.claims import Region, Word, ledger, regions
from infoplane.claims.ledger import ADDED
from infoplane.errors import InputError

JUDGED = ("reproduced", "differs", "undecided")
OWES_NONE = {"12_limits"}  # chapters about the package itself, not about a source


@pytest.mark.parametrize(
    "text",
    ["", "about 3", "[1; 2]", "=> 3", "> high", "[a, b]", "[2, 1]", "> nan", "< 5 with n >= many"],
)
def test_a_region_that_is_none_is_refused(text):
    with pytest.raises(InputError, match="accept="):
        Region.parse(text)


def test_regions_come_back_as_they_are_written():
    for text in ("[-1, 0.5]", "<= 0.05", "> 1e-06", "< 3", ">= -2"):
        region = Region.parse(f"{text} with n >= 5")
        assert str(region).replace("≤", "<=").replace("≥", ">=") == text
        assert region.repetitions == 5


@pytest.fixture(params=list(ledger().values()), ids=list(ledger()))
def claim(request):
    return request.param


def test_a_claim_is_whole(claim):
    assert claim.chapter[:2].isdigit()
    assert claim.criterion
    assert claim.statement
    assert claim.quantity
    assert claim.reading.rstrip()[-1] in '.:"'


def test_the_regions_of_all_claims_parse_but_of_those_that_hold_by_construction(claim):
    if claim.by_construction:
        with pytest.raises(InputError, match="no region"):
            regions(claim)
        return
    found = regions(claim)
    assert found
    for region in found.values():
        assert region.low <= region.high
        assert region.edges, "everything is accepted"


def test_a_claim_whose_criterion_changed_keeps_its_first_one(claim):
    if claim.changed:
        assert claim.first_criterion != claim.criterion
        assert claim.first_verdict in (*JUDGED, "not run")
    else:
        assert claim.first_verdict in ("", ADDED)


def test_no_criterion_accepts_everything(claim):
    vague = re.compile("^(stated|traced|reported|both stated)", re.IGNORECASE)
    assert not vague.match(claim.criterion)


def test_every_source_has_claims_and_every_written_chapter_owes_some(each_chapter):
    claims = ledger().values()
    assert {claim.source[:3] for claim in claims} == {"000", "001", "002", "003", "004"}
    owes = any(claim.chapter == each_chapter.name for claim in claims)
    assert owes == (each_chapter.name not in OWES_NONE)


def test_without_records_no_claim_is_judged_and_each_says_how_to_run_it(stores):
    found = scoreboard("quick").verdicts
    assert [verdict.claim for verdict in found] == list(ledger().values())
    for verdict in found:
        expected = "by construction" if verdict.claim.by_construction else "not run"
        assert verdict.word == expected
    reasons = {verdict.claim.id: verdict.reason for verdict in found}
    assert "infoplane run 02_mixture" in reasons["mixture.log2"]


@pytest.fixture(scope="module")
def verdicts():
    """Of the published records, which are read once."""
    return scoreboard("full").verdicts


def test_published_records_judge_all_claims_of_the_written_chapters(each_chapter, verdicts):
    found = [v for v in verdicts if v.claim.chapter == each_chapter.name]
    assert bool(found) == (each_chapter.name not in OWES_NONE)
    for verdict in found:
        assert verdict.word in (*JUDGED, "by construction")
        assert verdict.word in get_args(Word)
        assert verdict.measured is None or math.isfinite(verdict.measured)


@pytest.fixture
def another(tmp_path, monkeypatch):
    """Puts another text in the place of data/claims.csv."""
    path = tmp_path / "claims.csv"
    ledger.cache_clear()

    def put(text):
        path.write_text(text)
        monkeypatch.setattr(paths, "claims_csv", lambda: path)

    yield put
    ledger.cache_clear()


def test_a_claim_whose_chapter_is_not_there_says_so(stores, another):
    lines = paths.claims_csv().read_text().splitlines(keepends=True)
    row = lines[1].replace("01_mi_theory", "99_to_come").replace(lines[1].split(",")[0], "to.come")
    another("".join([*lines, row]))
    found = {verdict.claim.id: verdict for verdict in scoreboard("quick").verdicts}
    assert found["to.come"].word == "not run"
    assert "not written yet" in found["to.come"].reason
    assert not any("not written yet" in v.reason for name, v in found.items() if name != "to.come")


@pytest.mark.parametrize("keep", [0, 1, 40, 700, 1500])
def test_a_damaged_ledger_is_refused(keep, another):
    another(paths.claims_csv().read_text()[:keep])
    with pytest.raises(InputError, match="git checkout"):
        ledger()


def test_a_claim_that_is_there_twice_is_refused(another):
    lines = paths.claims_csv().read_text().splitlines(keepends=True)
    another("".join([*lines, lines[1]]))
    with pytest.raises(InputError, match="twice"):
        ledger()
