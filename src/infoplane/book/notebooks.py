"""The chapters: their notebooks, their parameters with types and help, and their profiles."""

import ast
import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from infoplane import paths
from infoplane.errors import InputError
from infoplane.inputs.options import check_device, nearest
from infoplane.records.plan import Parameters, Plan

__all__ = ["PAGE_PARAMETERS", "Chapter", "Parameter", "chapter", "chapters", "profile"]

# Parameters of every notebook that say how to run, not what: they never enter a record's config.
PAGE_PARAMETERS = ("profile", "device", "fresh")

QUICK = "quick"

TYPES: dict[str, type | tuple[type, ...]] = {
    "int": int,
    "float": (int, float),
    "str": str,
    "bool": bool,
}


@dataclass(frozen=True)
class Parameter:
    """One line of the cell tagged `parameters`: `name: type = literal  # help`."""

    name: str
    type: str
    default: Any
    help: str

    def accept(self, value: Any) -> Any:
        """`value` in the parameter's own type, or InputError saying what is accepted."""
        if self.type.startswith("list[") and isinstance(value, list | tuple):
            inner = Parameter(self.name, self.type[5:-1], None, self.help)
            return [inner.accept(item) for item in value]
        kind = TYPES.get(self.type)
        # bool is an int to Python, but n=True is a slip, not a number
        slip = isinstance(value, bool) and kind is not bool
        if kind is None or not isinstance(value, kind) or slip:
            raise InputError(
                f"{self.name}={value!r} is {type(value).__name__}: {self.type} is accepted "
                f"({self.help})"
            )
        return float(value) if isinstance(value, int) and self.type == "float" else value


@dataclass(frozen=True)
class Chapter:
    """A chapter: `name` is its notebook's file name, `module` its folder in chapters."""

    name: str
    title: str
    parameters: tuple[Parameter, ...]

    @property
    def module(self) -> ModuleType:
        """What the chapter computes: `infoplane.chapters.NAME`, imported."""
        return self._import("")

    def check(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """`given` parameters in their own types; InputError for unknown names and wrong types."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                raise InputError(
                    f"parameter {name!r} is not one of {self.name}: it has {', '.join(known)}"
                    + nearest(name, known)
                )
        return {name: known[name].accept(value) for name, value in given.items()}

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters: the defaults, with `given` ones in their place."""
        return {p.name: p.default for p in self.parameters} | self.check(given)

    def science(self, given: Mapping[str, Any]) -> Parameters:
        """All parameters but those that say how to run."""
        values = self.values(given)
        return Parameters(**{n: v for n, v in values.items() if n not in PAGE_PARAMETERS})

    def plans(self, given: Mapping[str, Any]) -> dict[str, Plan]:
        """What the chapter would compute; :meth:`refuse`, which needs torch, checks ranges."""
        plans: dict[str, Plan] = self._ask(self.module, "plans", given)
        return plans

    def refuse(self, given: Mapping[str, Any]) -> None:
        """InputError where a parameter is out of range, or the device is not there."""
        check_device(self.values(given)["device"])
        self.plans(given)
        self._ask(self._import(".ranges"), "check", given)

    def _import(self, part: str) -> ModuleType:
        """The chapter's module, or the part `.NAME` of it; InputError where it is not written."""
        name = f"infoplane.chapters.{self.name.split('_', 1)[1]}{part}"
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if not f"{name}.".startswith(f"{error.name}."):  # it is there, and misses another
                raise
            raise InputError(
                f"notebook {self.name}.ipynb has no module {error.name}: write it, or rename the "
                "notebook to NN_MODULE.ipynb"
            ) from error

    def _ask(self, module: ModuleType, function: str, given: Mapping[str, Any]) -> Any:
        """What a function of the chapter says to its parameters; it takes no unknown ones."""
        parameters = self.science(given)
        try:
            return getattr(module, function)(parameters)
        except AttributeError as error:
            if error.obj is not module and error.obj is not parameters:
                raise  # a mistake inside the chapter
            raise InputError(
                f"notebook {self.name}.ipynb and {module.__name__} disagree ({error}): the module "
                f"has {function}(p), and p all that the cell tagged 'parameters' has"
            ) from error

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "parameters": [
                {"name": p.name, "type": p.type, "default": p.default, "help": p.help}
                for p in self.parameters
            ],
        }


def chapters() -> tuple[Chapter, ...]:
    """Every chapter that has a notebook, in order; InputError names a notebook that is broken."""
    return tuple(_read(path) for path in _notebooks())


def chapter(name: str) -> Chapter:
    """The chapter of that name, number or file name; InputError lists those that exist."""
    known = {path.stem: path for path in _notebooks()}
    asked = name.removesuffix(".ipynb").rsplit("/", 1)[-1]
    matching = [c for c in known if asked in (c, c[:2], c[3:])]
    if not matching:
        raise InputError(
            f"chapter {name!r} does not exist: there are {', '.join(known)}" + nearest(name, known)
        )
    return _read(known[matching[0]])  # the others may be broken


def profile(name: str, of: Chapter) -> dict[str, Any]:
    """The parameters that a named profile sets in a chapter; `quick` is the defaults."""
    if name == QUICK:
        return {}
    files = {path.stem: path for path in sorted(paths.profiles_dir().glob("*.yml"))}
    if name not in files:
        known = [QUICK, *files]
        raise InputError(
            f"profile={name!r} does not exist: there are {', '.join(known)}" + nearest(name, known)
        )
    given = _read_profile(files[name])
    try:
        return of.check({**given.get(of.name, {}), "profile": name})
    except InputError as error:
        raise InputError(f"profile {files[name]}: {error}") from error


def _read_profile(path: Path) -> dict[str, dict[str, Any]]:
    """Chapter -> parameter -> value, as a profile's file has them."""
    import yaml  # only who names a profile needs it

    expected = "write 'CHAPTER:', and below it, indented, lines 'PARAMETER: VALUE'"
    try:
        given = _parsed(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"profile {path} cannot be read ({why}): {expected}") from error
    known = [notebook.stem for notebook in _notebooks()]
    found = {}
    for chapter, values in _named(given, f"profile {path}", expected).items():
        if chapter not in known:
            raise InputError(
                f"profile {path} names the chapter {chapter!r}: there are {', '.join(known)}"
                + nearest(chapter, known)
            )
        found[chapter] = _named(values, f"{chapter} in profile {path}", expected)
    return found


@cache
def _parsed(text: str) -> Any:
    """A profile's text as YAML, not to be changed: every chapter asks for its own part of it."""
    from infoplane.inputs.values import parse

    return parse(text)


def _named(value: Any, what: str, expected: str) -> dict[str, Any]:
    """`value` if it is a mapping with names for keys; nothing at all is an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InputError(f"{what} is {value!r:.60}, no mapping: {expected}")
    for name in value:
        if not isinstance(name, str):
            raise InputError(f"{what} has the key {name!r}, which is no name: {expected}")
    return value


def _notebooks() -> list[Path]:
    return sorted(paths.notebooks_dir().glob("[0-9][0-9]_*.ipynb"))


@cache
def _read(path: Path) -> Chapter:
    try:
        # nbformat, with its schemas, takes longer to import than all notebooks to read
        found = json.loads(path.read_text(encoding="utf-8"))["cells"]
        cells = [
            "".join(c["source"]) for c in found if "parameters" in c["metadata"].get("tags", [])
        ]
        headings = [
            line[2:].strip()
            for cell in found
            if cell["cell_type"] == "markdown"
            for line in "".join(cell["source"]).splitlines()
            if line.startswith("# ")
        ]
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        why = error.strerror if isinstance(error, OSError) else type(error).__name__
        raise InputError(
            f"notebook {path} cannot be read ({why}): a Jupyter notebook is expected; restore it, "
            f"for example with git checkout -- {path}"
        ) from error
    if len(cells) != 1 or not headings:
        raise InputError(f"notebook {path} needs one cell tagged 'parameters' and a '# ' heading")
    try:
        parameters = tuple(_parameters(cells[0]))
    except InputError as error:
        raise InputError(f"notebook {path}: {error}") from error
    lacking = [name for name in PAGE_PARAMETERS if name not in {p.name for p in parameters}]
    if lacking:
        raise InputError(f"notebook {path} needs the parameters {', '.join(lacking)} as well")
    return Chapter(path.stem, headings[0], parameters)


def _parameters(source: str) -> list[Parameter]:
    """Lines `name: type = literal  # help`; anything else in the cell is a mistake."""
    found: dict[str, Parameter] = {}
    for line in source.splitlines():
        if not line.strip():
            continue
        parameter = _parameter(line)
        if parameter.name in found:
            raise InputError(f"parameter {parameter.name!r} stands twice: leave one of its lines")
        found[parameter.name] = parameter
    return list(found.values())


def _parameter(line: str) -> Parameter:
    expected = "'name: type = literal  # help'"
    try:
        (node,) = ast.parse(line).body
    except (SyntaxError, ValueError):  # ValueError: a comment alone, or two statements
        node = ast.Pass()
    if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value):
        raise InputError(f"parameter line {line!r} is not {expected}")
    kind = ast.unparse(node.annotation)
    if kind.removeprefix("list[").removesuffix("]") not in TYPES:
        raise InputError(
            f"parameter line {line!r} has the type {kind}: {', '.join(TYPES)} and lists of "
            "these, such as list[int], are accepted"
        )
    try:
        default = ast.literal_eval(node.value)
    except (ValueError, TypeError) as error:  # TypeError: {[]: 1}
        raise InputError(
            f"parameter line {line!r} has a default that is no literal: write it out"
        ) from error
    rest = line.encode()[node.end_col_offset :].decode().strip()  # ast counts bytes
    told = rest.removeprefix("#").strip()
    if rest == told or not told:
        raise InputError(f"parameter line {line!r} tells no help: write {expected}")
    bare = Parameter(name=node.target.id, type=kind, default=default, help=told)
    return replace(bare, default=bare.accept(default))
