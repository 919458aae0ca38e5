"""Values as a user types them: YAML, without what YAML 1.1 makes of numbers and dates."""

import re
from collections.abc import Hashable
from decimal import Decimal
from typing import Any

import yaml

from infoplane.errors import InputError

__all__ = ["parse", "read_value"]


def read_value(name: str, text: str) -> Any:
    """The value that `text` is, as :func:`parse` reads it; `name` is whose, for the error.

    Raises InputError for what is no YAML.

    >>> read_value("n", "1e3"), read_value("seeds", "[0, 1]"), read_value("critic", "bilinear")
    (1000, [0, 1], 'bilinear')
    """
    try:
        return parse(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(
            f"{name}={text!r} cannot be read: write it as YAML, such as 5, 0.5, text or [0, 1]"
        ) from error


def parse(text: str) -> Any:
    """YAML in which what looks like a number is that number, and all else is no number.

    Digits are decimal: 010 is ten and 0400 four hundred, where YAML 1.1 has octal 8 and 256.
    Also 1_000 and, as Python writes them, 0x10, 0o17 and 0b11; 1e3 as whole as 1000, 1e-3, inf.
    true, false, yes, no, on and off are truth values; null, None, ~ and nothing are None.
    Everything else is text: 1:30, in base 60 to YAML 1.1, 2026-11-29, its date, and = alone.
    Raises yaml.YAMLError or ValueError for what is no YAML, and for a key that stands twice, of
    which YAML would keep the last.

    >>> parse("[010, 1e3, 1:30, no]")
    [10, 1000, '1:30', False]
    """
    return yaml.load(text, Loader=_Loader)


class _Loader(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"{key.value!r} stands twice: leave one", key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


_DIGITS = r"[0-9]+(?:_[0-9]+)*"
_PATTERNS = {
    "bool": "true|True|TRUE|false|False|FALSE|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF",
    "null": "~|null|Null|NULL|None|",
    "int": rf"[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|0b[01]+|{_DIGITS})",
    "float": (
        rf"[-+]?(?:{_DIGITS}\.?|(?:{_DIGITS})?\.{_DIGITS})(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.?(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    ),
}
_Loader.yaml_implicit_resolvers = {}  # none of YAML 1.1's own
for _kind, _pattern in _PATTERNS.items():  # the first that matches counts: 5 is an int
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_kind}", re.compile(f"(?:{_pattern})$"), None
    )


def _whole(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    digits = node.value
    return int(digits, 0 if digits.lstrip("-+")[1:2] in tuple("xob") else 10)


def _number(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int | float:
    text = node.value.lower().replace(".inf", "inf").replace(".nan", "nan")
    value = float(text)
    # 1e400 is infinite, and nobody counts to it
    exact = "e" in text and value.is_integer() and abs(value) < 2**63
    return int(Decimal(text)) if exact else value


_Loader.add_constructor("tag:yaml.org,2002:int", _whole)
_Loader.add_constructor("tag:yaml.org,2002:float", _number)
