"""Prose with numbers in it: made from records, so that it is true of the edition it stands in."""

import re

from IPython.display import Markdown, display

from infoplane.signs import minus

__all__ = ["say", "signed"]

UNSAID = re.compile(r"(?<![\w-])(?:(?:nan|inf|NaT)(?![\w-])|np\.\w+\()")
UNIT = re.compile(r"(?<=\d) (?=(?:%|nats?|bits?)(?![\w-]))")
# code, formulas, the targets of links, tags
LITERAL = re.compile(
    r"(```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|\]\([^)]*\)|<[^>]*>|https?://\S+)", re.DOTALL
)


def say(text: str) -> None:
    """Display Markdown that a chapter's `texts` made from records; "" displays nothing.

    A number and its unit stay in one line, and a negative one has a minus sign.
    Raises ValueError where a number of the text is missing, as `nan` would be on a page.
    """
    if unsaid := UNSAID.search(text):
        around = text[max(0, unsaid.start() - 60) : unsaid.end() + 20]
        raise ValueError(f"a text has {unsaid[0]!r} in place of a number: ...{around}...")
    if text.strip():
        display(Markdown(UNIT.sub("\u00a0", signed(text))))


def signed(text: str) -> str:
    """Markdown or HTML with true minus signs in its prose.

    >>> signed("-1 in `x[-1]` and $-1$, [-2](a-3.html)")
    '−1 in `x[-1]` and $-1$, [−2](a-3.html)'
    """
    parts = LITERAL.split(text)
    return "".join(part if i % 2 else minus(part) for i, part in enumerate(parts))
