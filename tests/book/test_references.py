"""References are listed as they are cited, each by a label of its own."""

import pytest
import yaml
from pybtex.database import Entry, Person, parse_file
from pybtex.plugin import find_plugin

from infoplane import paths
from infoplane.book.references import AuthorYear, setup

KNOWN = parse_file(str(paths.root() / "book" / "references.bib"))


def labels(*entries):
    return list(AuthorYear().format_labels(entries))


@pytest.mark.parametrize(
    ("authors", "label"),
    [
        (["Hall, Peter"], "Hall, 1999"),
        (["Hall, Peter", "Morton, Sally"], "Hall and Morton, 1999"),
        (['St{\\"o}gbauer, Harald', "B, C", "D, E"], "Stögbauer et al., 1999"),
        (["van den Oord, Aaron"], "van den Oord, 1999"),
        (["{Anonymous slides}"], "Anonymous slides, 1999"),
    ],
)
def test_a_label_is_the_names_and_the_year(authors, label):
    entry = Entry("misc", fields={"year": "1999"}, persons={"author": map(Person, authors)})
    assert labels(entry) == [label]


def test_no_two_references_have_one_label():
    found = labels(*KNOWN.entries.values())
    assert len(set(found)) == len(found)


def test_titles_keep_the_first_letter_behind_a_bracket():
    text = [entry.text.render_as("text") for entry in AuthorYear().format_bibliography(KNOWN)]
    assert any("[Entropy of" in line for line in text)
    assert not [line for line in text if "n.d. Without a date" in line or "2 edition" in line]


def test_the_book_is_configured_to_list_them_so():
    setup(None)
    config = yaml.safe_load((paths.root() / "_config.yml").read_text())["sphinx"]["config"]
    assert "infoplane.book.references" in config["extensions"]
    assert find_plugin("pybtex.style.formatting", config["bibtex_default_style"]) is AuthorYear
