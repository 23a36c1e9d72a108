"""Only `gateway.store` holds a connection to Redis and names its keys; `gateway.deployment` puts them together."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import gateway
from gateway.store.records import KINDS

ROOT = Path(gateway.__file__).parent.parent
TYPES = {"Connection", "AsyncConnection"}
OUTSIDE = [
    path
    for room in ("gateway", "jobs", "menus")
    for path in sorted((ROOT / room).rglob("*.py"))
    if not path.is_relative_to(ROOT / "gateway/store") and path != ROOT / "gateway/deployment.py"
]
KEYS_WITH_PARTS = {f"{name}:" for name, kind in KINDS.items() if kind.pattern and not kind.pattern.startswith("field")}


def uses_of_a_connection(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("connection", "run_script", "redis"):
            yield f"line {node.lineno}: .{node.attr}"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gateway.store"):
            yield from (f"line {node.lineno}: {alias.name}" for alias in node.names if alias.name in TYPES)


def redis_commands_with_a_literal_key(tree: ast.AST) -> Iterator[str]:
    """Yield each `write("HSET", "staff", ...)` and the like: a command in capitals whose key is a literal."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call | ast.Tuple):
            continue
        words = node.args if isinstance(node, ast.Call) else node.elts
        if len(words) < 2 or not (isinstance(words[0], ast.Constant) and str(words[0].value).isupper()):
            continue
        if isinstance(words[1], ast.Constant | ast.JoinedStr) and begins_with_a_key(words[1]):
            yield f"line {node.lineno}: {ast.unparse(words[1])}"


def begins_with_a_key(node: ast.Constant | ast.JoinedStr) -> bool:
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
    value = first.value if isinstance(first, ast.Constant) else ""
    text = value.decode() if isinstance(value, bytes) else str(value)
    return text in KINDS or any(text.startswith(key) for key in KEYS_WITH_PARTS)


@pytest.mark.parametrize("path", OUTSIDE, ids=[str(path.relative_to(ROOT)) for path in OUTSIDE])
def test_nobody_else_holds_a_connection_or_writes_a_key(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert list(uses_of_a_connection(tree)) == []
    assert list(redis_commands_with_a_literal_key(tree)) == []


@pytest.mark.parametrize("line", [
    "store.connection.execute('GET', key)",
    "from gateway.store import Connection",
    "from gateway.store.connection import Connection",
    "change.write('HSET', 'staff', field, value)",
    "change.write('SET', f'asked:{name}', 1)",
    "rows = [('HGETALL', b'sub:1')]",
])  # fmt: skip
def test_a_use_is_found(line: str) -> None:
    tree = ast.parse(line)
    assert [*uses_of_a_connection(tree), *redis_commands_with_a_literal_key(tree)]
