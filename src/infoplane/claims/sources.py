"""The five documents whose claims are in the ledger, by the number that the ledger has for them."""

from dataclasses import dataclass

from infoplane.claims.ledger import Claim

__all__ = ["SOURCES", "Source", "source_of"]


@dataclass(frozen=True)
class Source:
    """A document, as it names itself.

    number: its place in the ledger, three digits; key: its entry in book/references.bib, for
    ``{cite:t}`key```; name: what a table calls it; title: in English, where it is in Russian;
    page: of the book, about it.
    """

    number: str
    key: str
    name: str
    authors: str
    title: str
    year: str
    kind: str
    page: str


SOURCES = {
    source.number: source
    for source in (
        Source(
            "000", "source000", "Tyshchuk 2020", "Kirill Tyshchuk",
            "Studying neural networks with modern methods of estimating mutual information",
            "2020", "term paper, St Petersburg State University, in Russian",
            "document_tyshchuk",
        ),
        Source(
            "001", "source001", "Tolmachev 2023", "Alexander Tolmachev",
            "Information-theoretic analysis of neural networks by data compression",
            "2023", "slides, in Russian", "document_tolmachev",
        ),
        Source(
            "002", "source002", "Vadim and Leonid 2018", "Vadim and Leonid",
            "Opening the black box of deep neural networks with more information",
            "2018", "project report, signed with first names", "document_more_information",
        ),
        Source(
            "003", "source003", "Anonymous slides", "anonymous",
            "Entropy of many-dimensional variables by an autoencoder (no title is given)",
            "undated", "slides, in Russian", "document_autoencoder",
        ),
        Source(
            "004", "source004", "Tokovenko and Rigter", "Nikita Tokovenko and Lars Rigter",
            "Investigating the learning dynamics of convolutional neural networks using the "
            "mutual information neural estimator",
            "undated", "project report, University of Amsterdam", "document_lenet",
        ),
    )
}  # fmt: skip


def source_of(claim: Claim) -> Source:
    """The document that a claim is from.

    >>> from infoplane.claims import ledger
    >>> source_of(ledger()["theory.kl"]).authors
    'Kirill Tyshchuk'
    """
    return SOURCES[claim.source.partition("_")[0]]
