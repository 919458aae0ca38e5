"""No result is typed on the pages that say what was found: it comes from the records."""

import pytest

from infoplane import paths
from tests.book.test_said import typed

PAGES = ["intro", "scoreboard", "surprises", *sorted(
    path.stem for path in (paths.root() / "book").glob("document_*.md")
)]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_no_result_is_typed_on_a_page(page):
    assert typed((paths.root() / "book" / f"{page}.md").read_text(encoding="utf-8")) == []
