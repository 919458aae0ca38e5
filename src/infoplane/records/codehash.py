"""The hash of the code behind a number: of exactly the definitions that a function can reach."""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import infoplane
from infoplane.records.garbage import uncollected

__all__ = ["code_hash", "reachable", "text_hash"]

PACKAGE = "infoplane"
WHOLE = "*"  # as the name of a definition: the module itself
BLOCKS = ast.stmt | ast.ExceptHandler | ast.match_case
Definition = tuple[str, str]  # module, name


@cache
@uncollected()
def code_hash(module: str, functions: tuple[str, ...]) -> str:
    """Hash of the functions of `module` and of every definition of infoplane they can reach.

    Names are followed through the package: a function, the helpers it names, the classes they
    use with their bases, the constants, whichever module they come from, re-exports included.
    Comments, docstrings and layout are left out, and so is whatever the functions do not reach,
    so that a better sentence or a new figure does not throw away an hour of records. So are the
    names of modules: a definition that moves to another file is the same definition.
    """
    texts = sorted(
        f"{name}\n{text}"
        for where, name in reachable(module, functions)
        for text in _texts(where, name)
    )
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def reachable(module: str, functions: Iterable[str]) -> set[Definition]:
    """The definitions (module, name) of the package that the functions of `module` can reach."""
    return _closure([(module, name) for name in functions])


@uncollected()
def text_hash(source: str) -> str:
    """Hash of a text of code and of every definition of the package that it can reach."""
    code = _Module("")
    nodes = ast.parse(source).body
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            code.imports.update(_imported(node))
            code.stars += _starred(node)
    digest = hashlib.sha256(source.encode())
    for where, name in sorted(_closure(_uses_of(code, nodes))):
        digest.update("\n".join([name, *_texts(where, name)]).encode())
    return digest.hexdigest()[:16]


def _closure(todo: Iterable[Definition]) -> set[Definition]:
    found: set[Definition] = set()
    seen: set[Definition] = set()
    waiting = list(todo)
    while waiting:
        asked = waiting.pop()
        if asked in seen:
            continue
        seen.add(asked)
        where, name = asked
        code = _module(where)
        if name == WHOLE:
            waiting.extend((where, each) for each in code.definitions)
            waiting.extend(code.imports.values())
            waiting.extend((star, WHOLE) for star in code.stars)
        elif name in code.definitions:
            found.add(asked)
            waiting.extend(_uses(where, name))
        elif name in code.imports:  # re-exported from where it is really defined
            waiting.append(code.imports[name])
        elif _is_module(f"{where}.{name}"):
            waiting.append((f"{where}.{name}", WHOLE))
        else:
            waiting.extend((star, name) for star in code.stars)
    return found


@dataclass
class _Module:
    """The top level of one file: what it defines, and what it imports from the package.

    stars: the modules of which it imports whatever they have.
    """

    name: str
    definitions: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imports: dict[str, Definition] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)


@cache
def _module(name: str) -> _Module:
    file = _file(name)
    if file is None:
        raise ModuleNotFoundError(name)
    code = _Module(name)
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in _statements(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:]  # its docstring
        elif isinstance(node, ast.ImportFrom) and node.level:  # relative: made absolute
            base = package.split(".")
            base = base[: len(base) - node.level + 1]
            node.module, node.level = ".".join([*base, *filter(None, [node.module])]), 0
    todo = list(tree.body)
    filling: list[ast.stmt] = []
    while todo:
        node = todo.pop(0)
        if isinstance(node, ast.If | ast.Try):  # `if TYPE_CHECKING:`, an optional import
            handled = node.handlers if isinstance(node, ast.Try) else []
            todo += node.body + node.orelse + [inner for h in handled for inner in h.body]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            code.definitions.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            code.imports.update(_imported(node))
            code.stars += _starred(node)
        else:
            names = list(_stored(node))
            for name in names:
                code.definitions.setdefault(name, []).append(node)
            if not names:
                filling.append(node)
    for node in filling:  # TABLE["name"] = value, TABLE.update(…): part of what TABLE is
        for name in {inner.id for inner in _nodes(node) if isinstance(inner, ast.Name)}:
            if name in code.definitions and not _is_called(node, name):
                code.definitions[name].append(node)
    return code


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement, in whatever block it stands: no definition or import is anywhere else."""
    todo = [tree]
    while todo:
        for value in vars(todo.pop()).values():
            if isinstance(value, list):
                inner = [each for each in value if isinstance(each, BLOCKS)]
                yield from inner
                todo += inner


def _nodes(root: ast.AST) -> list[ast.AST]:
    """As `ast.walk`, a node before its parts, in a third of the time: most of a hash is this."""
    found = [root]
    for node in found:  # which grows
        for value in vars(node).values():
            if isinstance(value, list):
                found += [each for each in value if isinstance(each, ast.AST)]
            elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
                found.append(value)
    return found


def _stored(node: ast.stmt) -> Iterator[str]:
    for target in _nodes(node):
        if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store):
            yield target.id


def _is_called(node: ast.stmt, name: str) -> bool:
    """Whether a statement only calls a function, such as main() below the usual `if`."""
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == name


@cache
def _texts(where: str, name: str) -> tuple[str, ...]:
    """The definitions of a name, as text that knows neither layout nor the places of modules."""
    return tuple(_dump(node) for node in _definitions(where, name))


def _definitions(where: str, name: str) -> list[ast.stmt]:
    return _module(where).definitions.get(name, [])


def _dump(node: Any) -> str:
    """As `ast.dump`, without imports: they say where a thing lies, not what it is."""
    if isinstance(node, ast.AST):
        fields = [f"{name}={_dump(getattr(node, name, None))}" for name in node._fields]
        return f"{type(node).__name__}({', '.join(fields)})"
    if isinstance(node, list):
        kept = [_dump(item) for item in node if not isinstance(item, ast.Import | ast.ImportFrom)]
        return f"[{', '.join(kept)}]"
    return repr(node)


@cache
def _uses(where: str, name: str) -> frozenset[Definition]:
    """What the definitions of a name use of the package."""
    return frozenset(_uses_of(_module(where), _definitions(where, name)))


def _uses_of(code: _Module, nodes: list[ast.stmt]) -> Iterator[Definition]:
    for node in nodes:
        local, parts = dict(code.imports), _nodes(node)
        for inner in parts:
            if isinstance(inner, ast.Import | ast.ImportFrom):
                local.update(_imported(inner))
        chained: set[ast.Name] = set()
        for inner in parts:  # from outside in: module.name.attribute before its parts
            if isinstance(inner, ast.Attribute):
                name, attributes = _chain(inner)
                if name is not None and name not in chained and name.id in local:
                    chained.add(name)
                    yield _followed(local[name.id], attributes)
            elif isinstance(inner, ast.Name) and inner not in chained:
                if inner.id in local:
                    yield local[inner.id]
                elif inner.id in code.definitions:
                    yield code.name, inner.id
                else:  # a builtin, a local name, or what one of these modules has
                    yield from ((where, inner.id) for where in code.stars)


def _chain(node: ast.expr) -> tuple[ast.Name | None, list[str]]:
    """Of `a.b.c` the name `a`, and b, c."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.insert(0, node.attr)
        node = node.value
    return (node if isinstance(node, ast.Name) else None), attributes


def _followed(start: Definition, attributes: list[str]) -> Definition:
    """`module.name`, as the definition that it names."""
    where, name = start
    for attribute in attributes:
        if name != WHOLE:  # an attribute of a definition, which is reached whole
            break
        inside = f"{where}.{attribute}"
        where, name = (inside, WHOLE) if _is_module(inside) else (where, attribute)
    return where, name


def _imported(node: ast.Import | ast.ImportFrom) -> dict[str, Definition]:
    """Local names bound by an import of the package, and what they stand for."""
    if isinstance(node, ast.Import):
        return {
            alias.asname or PACKAGE: (alias.name if alias.asname else PACKAGE, WHOLE)
            for alias in node.names
            if alias.name.startswith(f"{PACKAGE}.")
        }
    where = node.module or ""
    if where != PACKAGE and not where.startswith(f"{PACKAGE}."):
        return {}
    return {
        alias.asname or alias.name: (f"{where}.{alias.name}", WHOLE)
        if _is_module(f"{where}.{alias.name}")
        else (where, alias.name)
        for alias in node.names
        if alias.name != "*"
    }


def _starred(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The module of the package of which an import takes whatever it has."""
    where = node.module or "" if isinstance(node, ast.ImportFrom) else ""
    star = any(alias.name == "*" for alias in node.names)
    return [where] if star and where.partition(".")[0] == PACKAGE else []


@cache
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
