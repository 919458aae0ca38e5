"""The ledger's plain text as HTML: formulas set as formulas."""

import re
from collections.abc import Callable
from html import escape

__all__ = ["set_formulas"]

GREEK = {"rho": "ρ", "eps": "ε", "sigma": "σ", "beta": "β"}
LETTER = "A-Za-zŶÊ"
SIGNS = {
    "&gt;=": "≥", "&lt;=": "≤", "||": "‖", "+-": "±", " x P_": " × P_", "Yhat": "Ŷ",
}  # fmt: skip
RULES: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    (re.compile(r"\b(rho|eps|sigma|beta)\b"), lambda m: GREEK[m[1]]),
    # D_KL, P_XZ, T_i, T_{i+1}, I_50
    (
        re.compile(r"\b([A-Za-z])_(?:\{([^}]+)\}|([A-Za-z0-9]+))"),
        lambda m: f"<i>{m[1]}</i><sub>{m[2] or m[3]}</sub>",
    ),
    (re.compile(r"(?<=[\wρσ])\^(-?\w+)"), r"<sup>\1</sup>"),
    (re.compile(r"\b(\d(?:\.\d+)?)e-0?(\d+)\b"), r"\1·10<sup>−\2</sup>"),
    (re.compile(r"\b1·10"), "10"),
    # I(X;Z), H(d), I(X;maxpool1)
    (re.compile(r"\b([IH])\("), r"<i>\1</i>("),
    (re.compile(rf"(?<=[(;|])([{LETTER}])(?=[;|)+ <])"), r"<i>\1</i>"),
    (re.compile(rf"(?<=[;|+])([{LETTER}])(?=\))"), r"<i>\1</i>"),
    (re.compile(r"(?<![\w)>])-(?=[\d.ρσβ])"), "−"),
    (re.compile(r"(?<=[\w)>] )-(?= [\w(<])"), "−"),
]


def set_formulas(text: str) -> str:
    """Plain text of the ledger as HTML, escaped, with letters and signs as formulas have them.

    >>> set_formulas("I(X;T_i) >= I(X;T_{i+1}), |rho| <= 0.9")
    '<i>I</i>(<i>X</i>;<i>T</i><sub>i</sub>) ≥ <i>I</i>(<i>X</i>;<i>T</i><sub>i+1</sub>), |ρ| ≤ 0.9'
    >>> set_formulas("below 1e-10, at least -0.5, rho and -rho")
    'below 10<sup>−10</sup>, at least −0.5, ρ and −ρ'
    """
    html = escape(text, quote=False)
    for plain, sign in SIGNS.items():
        html = html.replace(plain, sign)
    for pattern, made in RULES:
        html = pattern.sub(made, html)
    return html
