"""The chapters: their notebooks, their parameters with types and help, and their profiles."""

import ast
import difflib
import importlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import nbformat
import yaml

from infoplane import paths
from infoplane.errors import InputError

__all__ = ["PAGE_PARAMETERS", "Chapter", "Parameter", "chapter", "chapters", "nearest", "profile"]

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
        if kind is None or not isinstance(value, kind) or (kind is not bool and value is True):
            raise InputError(
                f"{self.name}={value!r} is {type(value).__name__}: {self.type} is accepted "
                f"({self.help})"
            )
        return float(value) if isinstance(value, int) and self.type == "float" else value


@dataclass(frozen=True)
class Chapter:
    """A chapter: `name` is its notebook's file name, `module` its module of experiments."""

    name: str
    title: str
    parameters: tuple[Parameter, ...]

    @property
    def module(self) -> ModuleType:
        return importlib.import_module(f"infoplane.experiments.{self.name.split('_', 1)[1]}")

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

    def plans(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What the chapter would compute; InputError where a parameter is out of range."""
        values = self.values(given)
        science = {name: value for name, value in values.items() if name not in PAGE_PARAMETERS}
        plans: dict[str, Any] = self.module.plans(**science)
        return plans

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "parameters": [
                {"name": p.name, "type": p.type, "default": p.default, "help": p.help}
                for p in self.parameters
            ],
        }


@cache
def chapters() -> tuple[Chapter, ...]:
    """Every chapter that has a notebook, in order."""
    notebooks = sorted(paths.notebooks_dir().glob("[0-9][0-9]_*.ipynb"))
    return tuple(_read(path) for path in notebooks)


def chapter(name: str) -> Chapter:
    """The chapter of that name, number or file name; InputError lists those that exist."""
    known = {chapter.name: chapter for chapter in chapters()}
    asked = name.removesuffix(".ipynb").rsplit("/", 1)[-1]
    matching = [c for c in known if asked in (c, c[:2], c[3:])]
    if not matching:
        raise InputError(
            f"chapter {name!r} does not exist: there are {', '.join(known)}" + nearest(name, known)
        )
    return known[matching[0]]


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
    given = yaml.safe_load(files[name].read_text(encoding="utf-8")) or {}
    return of.check({**given.get(of.name, {}), "profile": name})


def nearest(name: str, known: Any) -> str:
    """Half a sentence that names the nearest of `known`, or nothing."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""


def signature(module: ModuleType) -> tuple[str, ...]:
    """Names of the parameters that a chapter's `plans` takes."""
    return tuple(inspect.signature(module.plans).parameters)


def _read(path: Any) -> Chapter:
    notebook = nbformat.read(path, as_version=4)
    cells = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    headings = [
        line[2:].strip()
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("# ")
    ]
    if len(cells) != 1 or not headings:
        raise InputError(f"notebook {path} needs one cell tagged 'parameters' and a '# ' heading")
    return Chapter(path.stem, headings[0], tuple(_parameters(cells[0].source)))


def _parameters(source: str) -> list[Parameter]:
    """Lines `name: type = literal  # help`; anything else in the cell is a mistake."""
    found = []
    for line in source.splitlines():
        if not line.strip():
            continue
        try:
            node = ast.parse(line).body[0]
        except SyntaxError:
            node = ast.Pass()
        if not (
            isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value
        ):
            raise InputError(f"parameter line {line!r} is not 'name: type = literal  # help'")
        comment = line[node.end_col_offset :].strip().removeprefix("#").strip()
        found.append(
            Parameter(
                name=node.target.id,
                type=ast.unparse(node.annotation),
                default=ast.literal_eval(node.value),
                help=comment,
            )
        )
    return found
