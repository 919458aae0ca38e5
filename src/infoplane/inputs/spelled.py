"""Numbers that were read as text: with a unit or a sign beside them, or in quotation marks."""

import re

from infoplane.errors import InputError
from infoplane.inputs.arrays import Array

__all__ = ["refuse_spelled_numbers"]

# Digits with what may stand before and behind them: 12 %, $3.5, 1,234.5, 2e-3, 7kg.
SPELLED = re.compile(r"\s*[^\w\s]*\s*[-+]?\d[\d.,]*(e[-+]?\d+)?\s*[^\d]{0,4}\s*", re.IGNORECASE)
DECIMAL = re.compile(r"\d[.,]\d|\de[-+]?\d", re.IGNORECASE)
FEWEST_ROWS = 20


def refuse_spelled_numbers(a: Array, name: str) -> None:
    """An InputError where a column of text (n, d) holds decimals, most of them once.

    As labels they tell nothing: a label that occurs once is as good as any other. Numbers that
    come again and again may be names of classes, and whole ones names of rows: both pass.

    >>> import numpy as np
    >>> refuse_spelled_numbers(np.array([[f"{i / 7:.2f} kg"] for i in range(30)]), "x")
    Traceback (most recent call last):
    infoplane.errors.InputError: x holds numbers written as text, such as '0.00 kg': ...
    """
    if len(a) < FEWEST_ROWS:
        return
    for column in a.T:
        texts = [v.decode(errors="replace") if isinstance(v, bytes) else str(v) for v in column]
        if 2 * len(set(texts)) <= len(texts) or not all(map(SPELLED.fullmatch, texts)):
            continue
        if 2 * sum(map(bool, map(DECIMAL.search, texts))) > len(texts):
            raise InputError(
                f"{name} holds numbers written as text, such as {texts[0]!r}: make numbers of them "
                "first, without units and signs of thousands, such as "
                f"np.asarray({name}, dtype=float)"
            )
