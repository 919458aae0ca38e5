"""The five documents: every claim is of one, and each has an entry and a page."""

import pytest

from infoplane import paths
from infoplane.claims import ledger
from infoplane.claims.sources import SOURCES, source_of


def test_every_claim_is_of_one_of_them():
    assert {source_of(claim).number for claim in ledger().values()} == set(SOURCES)


@pytest.mark.parametrize("source", SOURCES.values(), ids=lambda source: source.number)
def test_each_has_a_bibliography_entry_and_a_page_in_the_contents(source):
    assert f"{{{source.key}," in (paths.root() / "book" / "references.bib").read_text()
    assert (paths.root() / "book" / f"{source.page}.md").exists()
    assert f"book/{source.page}" in (paths.root() / "_toc.yml").read_text()
