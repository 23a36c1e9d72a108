"""Gate: the code has no words of a language. What it puts between words, units and examples are sentences too.

Chinese joins without blanks and has commas of its own; a number or a plate of one country means nothing in another.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.language_texts import LanguageTexts
from gateway.content_gates.source_calls import called_name, describe, parse, source_files

SPEAKING: Final = ("menus/", "jobs/", "gateway/text/", "gateway/cards/", "gateway/turns/")
"""folders whose functions make what a phone or a printed card shows"""
_MARKUP: Final = "gateway/cards/page.py"
"""its strings are HTML"""
EXCEPTIONS_FILE: Final = "code_exceptions.toml"
_SEPARATOR: Final = re.compile(r"[,:;] |[^\W\d_]|\. ")
_JOINERS: Final = frozenset({", ", ": ", "; ", " ", ". ", "，", "、", "："})
_VALUE: Final = re.compile(r"\{\w*\}")
_EXAMPLE: Final = re.compile(r"\b0[17]\d\d ?\d{3} ?\d{3}\b|\bK[A-Z]{2} ?\d{3}[A-Z]?\b|\+254")
_SILENT_CALLS: Final = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
Place = tuple[str, str, str]
"""the function, what it does, and the code itself"""


def find_language_in_code(texts: LanguageTexts) -> ContentFindings:
    if not texts.is_source:
        return
    excepted, used = read_exceptions(), set()
    for path in source_files():
        file = describe(path)
        for function, problem, code in _speech_in(path) if file.startswith(SPEAKING) and file != _MARKUP else ():
            used.add(f"{file} {function}")
            if f"{file} {function}" not in excepted:
                yield ContentFinding(
                    texts.code, f"{file} {function}", f"{problem}: {code}", "make it a sentence for translators"
                )
    for name in sorted(excepted - used):
        yield ContentFinding(texts.code, EXCEPTIONS_FILE, f"no code needs {name!r}", "take the exception out")


@cache
def read_exceptions() -> frozenset[str]:
    """Return the functions whose punctuation reaches no phone in words, each with a reason in the file."""
    data = tomllib.loads(files("gateway.content_gates").joinpath(EXCEPTIONS_FILE).read_text("utf-8"))
    return frozenset(data["functions"])


def _speech_in(path: Path) -> Iterator[Place]:
    module = parse(path)
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inner = {child for one in functions for child in ast.walk(one) if child is not one and child in functions}
    for function in functions:
        if function not in inner:
            silent = {id(node) for quiet in _silent_parts(function) for node in ast.walk(quiet)}
            for node in ast.walk(function):
                if id(node) not in silent and (problem := _problem_of(node, function)):
                    yield function.name, problem, ast.unparse(node)


def _silent_parts(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts that reach no phone: logs, docstrings, formats of numbers."""
    for node in ast.walk(function):
        if isinstance(node, ast.FormattedValue) and node.format_spec and "%" not in ast.unparse(node.format_spec):
            yield node.format_spec
        elif _is_silent(node):
            yield node


def _is_silent(node: ast.AST) -> bool:
    """Whether the code is logged, is an assertion or a docstring."""
    if isinstance(node, ast.Call):
        return called_name(node.func) in _SILENT_CALLS
    return isinstance(node, ast.Assert) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _problem_of(node: ast.AST, function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    match node:
        case ast.JoinedStr(values=parts):
            literal = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            return "an f-string has words or punctuation" if any(map(_SEPARATOR.search, literal)) else ""
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(joiner)), attr="join")) if joiner in _JOINERS:
            return "it joins words" if joiner != " " or _translates(function) else ""
        case (
            ast.BinOp(op=ast.Add(), right=ast.Constant(value=str(joiner)))
            | ast.BinOp(op=ast.Add(), left=ast.Constant(value=str(joiner)))
        ) if joiner in _JOINERS or _SEPARATOR.search(joiner):
            return "it joins words" if _translates(function) else ""
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(pattern)), attr="format")):
            return "a pattern has words or punctuation" if _SEPARATOR.search(_VALUE.sub("", pattern)) else ""
        case ast.Constant(value=str(text)) if _EXAMPLE.search(text):
            return "an example of one country"
    return ""


def _translates(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether the function makes sentences: it has a translator."""
    arguments = [*function.args.args, *function.args.kwonlyargs]
    return any(argument.arg == "_" for argument in arguments)
