"""A value as a user types it: YAML."""

import re
from typing import Any

import yaml

from infoplane.errors import InputError

__all__ = ["read_value"]


def read_value(name: str, text: str) -> Any:
    """The value that `text` is in YAML; `name` is whose, for the error.

    1e3, 1e-3 and inf are numbers too, 1e3 as whole as 1000, and None is null: YAML itself takes
    all of them for text. Raises InputError for what is no YAML.

    >>> read_value("n", "1e3"), read_value("seeds", "[0, 1]"), read_value("critic", "bilinear")
    (1000, [0, 1], 'bilinear')
    """
    try:
        return yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InputError(
            f"{name}={text!r} cannot be read: write it as YAML, such as 5, 0.5, text or [0, 1]"
        ) from error


class _Loader(yaml.SafeLoader):
    pass


def _number(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int | float:
    value = float(loader.construct_yaml_float(node))
    return int(value) if "e" in node.value.lower() and value.is_integer() else value


_EXPONENT = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$")
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", _EXPONENT, list("-+.0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile("[-+]?inf$"), list("-+i"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("None$"), ["N"])
_Loader.add_constructor("tag:yaml.org,2002:float", _number)
