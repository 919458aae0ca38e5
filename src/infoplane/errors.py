"""The exceptions a user may meet: bad input, and a chapter whose own cell failed."""

__all__ = ["ChapterError", "InputError"]


class InputError(ValueError):
    """Bad input, told in one sentence: argument, its value, what is accepted, what to do.

    The command line prints the sentence on standard error and exits with status 2; everywhere
    else it is an ordinary ``ValueError``.
    """


class ChapterError(Exception):
    """A cell of a chapter raised; what was executed up to it is kept for reading."""
