"""The hash of the code behind a number: of exactly the definitions that a function can reach."""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import infoplane

__all__ = ["code_hash", "reachable", "text_hash"]

PACKAGE = "infoplane"
Definition = tuple[str, str]  # module, name; the name "*" stands for the whole module


@cache
def code_hash(module: str, functions: tuple[str, ...]) -> str:
    """Hash of the functions of `module` and of every definition of infoplane they can reach.

    Names are followed through the package: a function, the helpers it names, the classes they
    use with their bases, the constants, whichever module they come from. Comments, docstrings
    and layout are left out, and so is whatever the functions do not reach, so that a better
    sentence or a new figure does not throw away an hour of records.
    """
    digest = hashlib.sha256()
    for where, name in sorted(reachable(module, functions)):
        digest.update(f"{where}.{name}".encode())
        for node in _module(where).definitions.get(name, []):
            digest.update(ast.dump(node).encode())
    return digest.hexdigest()[:16]


def reachable(module: str, functions: Iterable[str]) -> set[Definition]:
    """The definitions (module, name) of the package that the functions of `module` can reach."""
    return _closure([(module, name) for name in functions])


def text_hash(source: str) -> str:
    """Hash of a text of code and of every definition of the package that it can reach."""
    names = _closure(_text_uses(source))
    digest = hashlib.sha256(source.encode())
    for where in sorted({where for where, _ in names}):
        digest.update(code_hash(where, tuple(sorted(n for w, n in names if w == where))).encode())
    return digest.hexdigest()[:16]


def _text_uses(source: str) -> list[Definition]:
    code = _Module("")
    nodes = ast.parse(source).body
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            code.imports.update(_imported(node))
    return list(_uses(code, nodes))


def _closure(todo: list[Definition]) -> set[Definition]:
    found: set[Definition] = set()
    while todo:
        where, name = todo.pop()
        code = _module(where)
        if name == "*":
            todo.extend((where, each) for each in code.definitions)
        elif (where, name) not in found:
            if name in code.definitions:
                found.add((where, name))
                todo.extend(_uses(code, code.definitions[name]))
            elif name in code.imports:  # re-exported from where it is really defined
                todo.append(code.imports[name])
    return found


@dataclass
class _Module:
    """The top level of one file: what it defines, and what it imports from the package."""

    name: str
    definitions: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imports: dict[str, Definition] = field(default_factory=dict)


@cache
def _module(name: str) -> _Module:
    file = _file(name)
    if file is None:
        raise ModuleNotFoundError(name)
    code = _Module(name)
    tree = ast.parse(file.read_text(encoding="utf-8"))
    _strip_docstrings(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            code.definitions.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            for target in ast.walk(node):
                if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store):
                    code.definitions.setdefault(target.id, []).append(node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            code.imports.update(_imported(node))
    return code


def _uses(code: _Module, nodes: list[ast.stmt]) -> Iterator[Definition]:
    """What the nodes name, as definitions of the package."""
    for node in nodes:
        local = dict(code.imports)
        for inner in ast.walk(node):
            if isinstance(inner, ast.Import | ast.ImportFrom):
                local.update(_imported(inner))
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and inner.id in local:
                yield local[inner.id]
            elif isinstance(inner, ast.Name) and inner.id in code.definitions:
                yield code.name, inner.id


def _imported(node: ast.Import | ast.ImportFrom) -> dict[str, Definition]:
    """Local names bound by an import of the package, and what they stand for."""
    if isinstance(node, ast.Import):
        return {
            alias.asname or alias.name.split(".")[0]: (alias.name, "*")
            for alias in node.names
            if alias.name.startswith(f"{PACKAGE}.")
        }
    if node.level or not (node.module or "").startswith(PACKAGE):
        return {}
    assert node.module is not None
    return {
        alias.asname or alias.name: (f"{node.module}.{alias.name}", "*")
        if _is_module(f"{node.module}.{alias.name}")
        else (node.module, alias.name)
        for alias in node.names
    }


def _is_module(name: str) -> bool:
    return name.startswith(f"{PACKAGE}.") and _file(name) is not None


def _file(name: str) -> Path | None:
    """The source of a module, found without importing anything: a hash has no side effects."""
    package, *parts = name.split(".")
    if package != PACKAGE:
        spec = find_spec(name)
        return Path(spec.origin) if spec and spec.origin else None
    for folder in infoplane.__path__:
        path = Path(folder, *parts)
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if file.is_file():
                return file
    return None


def _strip_docstrings(tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:]
