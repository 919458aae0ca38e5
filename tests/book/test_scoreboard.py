"""Judging a chapter whose own code raises, or that measures what nobody claims."""

import json

import pytest

from infoplane.book.notebooks import chapter
from infoplane.book.scoreboard import scoreboard, verdicts
from infoplane.claims import Check, ledger
from infoplane.cli import main
from infoplane.errors import InputError


@pytest.fixture
def broken(monkeypatch):
    """A chapter whose `measure` raises, in the published edition."""
    found = chapter("02")

    def measure(frames):
        raise KeyError("bound")

    monkeypatch.setattr(found.module, "measure", measure)
    return found


def test_its_claims_are_not_run_and_the_others_are_judged(broken, monkeypatch):
    board = scoreboard("full")
    assert list(board.broken) == [broken.name]
    by_id = {verdict.claim.id: verdict for verdict in board.verdicts}
    assert list(by_id) == list(ledger())
    for claim in ledger().values():
        if claim.chapter == broken.name:
            assert by_id[claim.id].word == "not run"
            assert "measure raised KeyError: 'bound'" in by_id[claim.id].reason
    monkeypatch.undo()
    for verdict in scoreboard("full").verdicts:
        if verdict.claim.chapter != broken.name:
            assert by_id[verdict.claim.id].to_dict() == verdict.to_dict()


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_the_command_prints_the_scoreboard_and_ends_with_1(broken, capsys, options):
    with pytest.raises(SystemExit) as ended:
        main(["claims", "--profile", "full", *options])
    out, err = capsys.readouterr()
    assert ended.value.code == 1
    assert err.startswith("infoplane: 02_mixture: measure raised KeyError: 'bound'")
    assert err.count("\n") == 1
    shown = [row["id"] for row in json.loads(out)] if options else out.splitlines()
    assert len(shown) == len(ledger()) + (not options)


def test_what_the_ledger_does_not_have_stops_its_chapter():
    """A row that was lost or renamed is noticed."""
    measured = {"mixture.log2": [Check(0.69, (0.69, 0.69))], "mixture.lost": []}
    with pytest.raises(InputError, match=r"mixture\.lost, which data/claims.csv"):
        verdicts("02_mixture", measured, "full")
    with pytest.raises(InputError, match=r"mixture\.log2"):
        verdicts("03_mine_gaussian", {"mixture.log2": []}, "full")
