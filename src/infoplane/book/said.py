"""Prose with numbers in it: made from records, so that it is true of the edition it stands in."""

import re

from IPython.display import Markdown, display

__all__ = ["say"]

UNSAID = re.compile(r"(?<![\w-])(?:(?:nan|inf|NaT)(?![\w-])|np\.\w+\()")
UNIT = re.compile(r"(?<=\d) (?=(?:%|nats?|bits?)(?![\w-]))")


def say(text: str) -> None:
    """Display Markdown that a chapter's `texts` made from records; "" displays nothing.

    A number and its unit stay in one line.
    Raises ValueError where a number of the text is missing, as `nan` would be on a page.
    """
    if unsaid := UNSAID.search(text):
        around = text[max(0, unsaid.start() - 60) : unsaid.end() + 20]
        raise ValueError(f"a text has {unsaid[0]!r} in place of a number: ...{around}...")
    if text.strip():
        display(Markdown(UNIT.sub("\u00a0", text)))
