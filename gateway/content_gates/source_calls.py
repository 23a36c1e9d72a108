"""What the code says and where: each function's sentences, and the functions that it calls. Read from the files."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from translations.update import ROOT, SOURCE_FOLDERS

Function = tuple[str, str]
"""a file such as `menus/sos.py`, and a function in it; '' is the module itself"""
_TRANSLATES: Final = frozenset({"_", "N_", "ngettext", "pgettext", "gettext", "translator"})
_WITH_CONTEXT: Final = frozenset({"pgettext"})


@dataclass(slots=True)
class CalledFunction:
    """One function of the code."""

    says: set[str] = field(default_factory=set)
    """English sentences"""
    calls: set[Function] = field(default_factory=set)


@cache
def source_functions() -> Mapping[Function, CalledFunction]:
    """Return every function of the code."""
    found: dict[Function, CalledFunction] = {}
    for path in source_files():
        _ModuleReader(describe(path), found).visit(parse(path))
    return found


def source_files() -> list[Path]:
    """Return the files of the code, which stand in an installed package too."""
    return sorted(path for folder in SOURCE_FOLDERS for path in Path(folder).rglob("*.py"))


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def describe(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def reachable(roots: set[Function]) -> set[Function]:
    """Return these functions, and all that they call."""
    known = source_functions()
    found: set[Function] = set()
    waiting = set(roots)
    while waiting:
        one = waiting.pop()
        found.add(one)
        waiting |= {called for called in known[one].calls if called in known} - found
    return found


class _ModuleReader(ast.NodeVisitor):
    """Collects the functions of one module. A function inside a function belongs to the outer one."""

    def __init__(self, file: str, found: dict[Function, CalledFunction]):
        self._file = file
        self._found = found
        self._imports: dict[str, str] = {}
        self._name = ""
        found.setdefault((file, ""), CalledFunction())

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._imports[alias.asname or alias.name] = alias.name

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self._imports[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        outer = self._name
        self._name = outer or node.name
        self._found.setdefault((self._file, self._name), CalledFunction())
        self.generic_visit(node)
        self._name = outer

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Call(self, node: ast.Call) -> None:
        here = self._found[(self._file, self._name)]
        name = called_name(node.func)
        if name in _TRANSLATES:
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            here.says.update(texts[1:] if name in _WITH_CONTEXT else texts)
        elif target := self._target(node.func):
            here.calls.add(target)
        self.generic_visit(node)

    def _target(self, function: ast.expr) -> Function | None:
        """Return the function called, where its name says so: our own, or one of an imported module."""
        if isinstance(function, ast.Name):
            dotted = self._imports.get(function.id, "")
            return _function_of(dotted) if dotted else (self._file, function.id)
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            dotted = self._imports.get(function.value.id, "")
            return _function_of(f"{dotted}.{function.attr}") if dotted else None
        return None


def called_name(function: ast.expr) -> str:
    """Return the last name of what is called; of `translator(lang)("...")` the word `translator`."""
    if isinstance(function, ast.Call):
        function = function.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _function_of(dotted: str) -> Function:
    module, _dot, name = dotted.rpartition(".")
    return f"{module.replace('.', '/')}.py", name
