"""Rights topics: one text file each, `<language>/topics/<group>/<slug>.txt`.

    title: If police stop you
    group: police
    order: 1
    source: general
    checked: 2026-11-21
    reviewed: nobody
    ask id: Ask a lawyer if you must show an ID.

    A paragraph, on as many lines as it likes.

    {slot:id}

A slot stands for this country's law. It shows the organisation's words where `slots.toml` has them in the reader's
language, and otherwise the topic's own "ask" line: no law is better than a wrong one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from gateway.errors import BadInput
from translations.slots import Slots

TOPIC_GROUPS: Final = ("police", "safety", "work", "health")
_FIELDS: Final = ("title", "group", "order", "source", "checked", "reviewed")
_SLOT_PATTERN: Final = re.compile(r"\{slot:([^}]*)\}")
_HEADER_PATTERN: Final = re.compile(r"(ask [a-z_]+|[a-z]+): *(\S.*)")


@dataclass(frozen=True, slots=True)
class Topic:
    """One rights topic as this deployment shows it, slots filled in, one line end between paragraphs."""

    slug: str
    group: str
    title: str
    order: int
    body: str
    source: str
    checked_on: date
    reviewed_by: str
    lang: str
    slots: tuple[str, ...]
    unfilled_slots: tuple[str, ...]


def read_topics(lang: str, folders: Sequence[Path], slots: Slots) -> dict[tuple[str, str], Topic]:
    """Read the language's topics by (group, slug); the last folder wins. Raises BadInput with file and line."""
    paths: dict[tuple[str, str], Path] = {}
    for folder in folders:
        for path in sorted((folder / lang / "topics").glob("*/*.txt")):
            paths[(path.parent.name, path.stem)] = path
    return {key: read_topic(path, lang, slots) for key, path in paths.items()}


def sort_topics(topics: Iterable[Topic]) -> list[Topic]:
    """Sort topics as a phone lists them: by group, then by the order in their files."""
    return sorted(topics, key=lambda topic: (TOPIC_GROUPS.index(topic.group), topic.order, topic.slug))


def read_topic(path: Path, lang: str, slots: Slots) -> Topic:
    """Read one topic file and fill in its slots. Raises BadInput that names the line and what would be right."""
    lines = _read_lines(path)
    gap = lines.index("") if "" in lines else len(lines)
    head = _read_header(path, lines[:gap])
    asks = {name[4:]: words for name, words in head.items() if name.startswith("ask ")}
    raw = "\n".join(" ".join(part.split()) for part in "\n".join(lines[gap:]).split("\n\n") if part.strip())
    names = tuple(dict.fromkeys(_SLOT_PATTERN.findall(raw)))
    if set(names) != set(asks) or not raw:
        raise BadInput(f"{path}:{gap + 1}: needs a body, and one 'ask name: words' line for each {{slot:name}} in it")
    filled = {name: slots.get(name, {}).get(lang, "") for name in names}
    return Topic(
        slug=path.stem,
        group=head["group"],
        title=head["title"],
        order=int(head["order"]),
        body=_SLOT_PATTERN.sub(lambda found: filled[found[1]] or asks[found[1]], raw),
        source=head["source"],
        checked_on=date.fromisoformat(head["checked"]),
        reviewed_by=head["reviewed"],
        lang=lang,
        slots=names,
        unfilled_slots=tuple(name for name in names if not filled[name]),
    )


def _read_lines(path: Path) -> list[str]:
    try:
        return [line.rstrip() for line in path.read_text("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise BadInput(f"{path}: is to be saved as UTF-8") from None


def _read_header(path: Path, lines: Sequence[str]) -> dict[str, str]:
    head: dict[str, str] = {}
    for at, line in enumerate(lines, 1):
        match = _HEADER_PATTERN.fullmatch(line)
        if match is None or not (match[1] in _FIELDS or match[1].startswith("ask ")) or match[1] in head:
            raise BadInput(f"{path}:{at}: not a head line; right is 'name: words', each of {', '.join(_FIELDS)} once")
        if wrong := _expected_value(match[1], match[2], path):
            raise BadInput(f"{path}:{at}: {match[1]} is to be {wrong}")
        head[match[1]] = match[2]
    if missing := [field for field in _FIELDS if field not in head]:
        raise BadInput(f"{path}:{len(lines) + 1}: the head lacks {', '.join(missing)}")
    return head


def _expected_value(field: str, value: str, path: Path) -> str:
    """Return what the field should have been; nothing where it is right."""
    if field == "group" and (value not in TOPIC_GROUPS or value != path.parent.name):
        return f"its folder's name, one of {', '.join(TOPIC_GROUPS)}"
    if field == "order" and not (value.isascii() and value.isdigit()):
        return "a whole number"
    if field == "checked" and not _is_date(value):
        return "a date like 2026-11-21"
    return ""


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
