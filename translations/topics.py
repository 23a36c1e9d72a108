"""Rights topics: one text file each, `<language>/topics/<group>/<slug>.txt`.

    title: If police stop you
    group: police
    order: 1
    source: R664-669; SWIT (2013)
    checked: 2026-11-21
    reviewed: nobody
    slot id: In many countries police may ask who you are.
    ask id: must I show an ID?

    A paragraph, on as many lines as it likes.

    {slot:id}

A slot stands for this country's law. It shows the organisation's words where `slots.toml` has them in the reader's
language. Otherwise it shows the topic's own "slot" line, which is true everywhere, and behind it the "ask" line while
somebody is named to answer. `off: reason` keeps a topic off the phones until the organisation turns it on.
`{word:name}` stands for a word that differs by country (`country_words`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from gateway.errors import BadInput
from gateway.text.translator import Translator
from translations.country_words import CountryWords
from translations.slots import Slots

TOPIC_GROUPS: Final = ("police", "safety", "work", "abroad", "health")
_FIELDS: Final = ("title", "group", "order", "source", "checked", "reviewed")
_SLOT_PATTERN: Final = re.compile(r"\{slot:([^}]*)\}")
_HEADER_PATTERN: Final = re.compile(r"((?:slot|ask) [a-z0-9_]+|[a-z]+): *(\S.*)")
_SOURCE_PATTERN: Final = re.compile(r"[RZPS]\d+(-\d+)?|\S.* \((19|20)\d\d\)")
_SOURCE_IS: Final = "lines of the founding documents or guidelines with their year, as in R12-14; WHO PEP (2024)"


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
    answers: tuple[tuple[str, str, str], ...] = ()
    """for each slot: its name, the question that it answers, and the words that stand for it"""
    off_reason: str = ""
    """why no phone lists it until the organisation turns it on; empty: phones list it"""

    @property
    def name(self) -> str:
        """Return the topic's name in `topics.toml`."""
        return f"{self.group}/{self.slug}"


@dataclass(frozen=True, slots=True)
class TopicReader:
    """What the topics of one language are filled with. `answered`: whether somebody is named to answer questions."""

    translator: Translator
    slots: Slots
    words: CountryWords
    answered: bool

    def read_all(self, folders: Sequence[Path]) -> dict[tuple[str, str], Topic]:
        """Read the language's topics by (group, slug); the last folder wins. Raises BadInput with file and line."""
        paths: dict[tuple[str, str], Path] = {}
        for folder in folders:
            for path in sorted((folder / self.translator.lang / "topics").glob("*/*.txt")):
                paths[(path.parent.name, path.stem)] = path
        return {key: self.read(path) for key, path in paths.items()}

    def read(self, path: Path) -> Topic:
        """Read one topic file and fill in its slots. Raises BadInput that names the line and what would be right."""
        lines = _read_lines(path)
        gap = lines.index("") if "" in lines else len(lines)
        head = _read_header(path, lines[:gap], self.words)
        lines = [self.words.fill(line, f"{path}:{at}") for at, line in enumerate(lines, 1)]
        raw = "\n".join(" ".join(part.split()) for part in "\n".join(lines[gap:]).split("\n\n") if part.strip())
        if not raw:
            raise BadInput(f"{path}:{gap + 1}: the topic needs a text, under an empty line")
        names = tuple(dict.fromkeys(_SLOT_PATTERN.findall(raw)))
        _check_slot_lines(path, lines, gap, head, names)
        filled = {name: self.slots.get(name, {}).get(self.translator.lang, "") for name in names}
        said = {name: filled[name] or self._default_words(name, head) for name in names}
        return Topic(
            slug=path.stem,
            group=head["group"],
            title=head["title"],
            order=int(head["order"]),
            body=_SLOT_PATTERN.sub(lambda found: said[found[1]], raw),
            source=head["source"],
            checked_on=date.fromisoformat(head["checked"]),
            reviewed_by=head["reviewed"],
            lang=self.translator.lang,
            slots=names,
            unfilled_slots=tuple(name for name in names if not filled[name]),
            answers=tuple((n, head.get(f"ask {n}", head["title"]), filled[n] or head[f"slot {n}"]) for n in names),
            off_reason=head.get("off", ""),
        )

    def _default_words(self, name: str, head: Mapping[str, str]) -> str:
        words, question = head[f"slot {name}"], head.get(f"ask {name}", "")
        if not question or not self.answered:
            return words
        _ = self.translator
        # Translators: {words} is a whole sentence, {question} a question as a caller would ask it, as in
        # "In many places police may ask who you are. Ask us: must I show an ID?" Join them as your language does.
        return _("{words} Ask us: {question}").format(words=words, question=question)


def sort_topics(topics: Iterable[Topic]) -> list[Topic]:
    """Sort topics as a phone lists them: by group, then by the order in their files."""
    return sorted(topics, key=lambda topic: (TOPIC_GROUPS.index(topic.group), topic.order, topic.slug))


def _read_lines(path: Path) -> list[str]:
    try:
        return [line.rstrip() for line in path.read_text("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise BadInput(f"{path}: is to be saved as UTF-8") from None


def _read_header(path: Path, lines: Sequence[str], words: CountryWords) -> dict[str, str]:
    head: dict[str, str] = {}
    for at, line in enumerate(lines, 1):
        match = _HEADER_PATTERN.fullmatch(line)
        if match is None or not _is_field(match[1]):
            right = f"right is 'name: words', with {', '.join(_FIELDS)}, off, 'slot name' or 'ask name'"
            raise BadInput(f"{path}:{at}: not a head line; {right}")
        if match[1] in head:
            raise BadInput(f"{path}:{at}: a second line '{match[1]}'; right is one")
        if wrong := _expected_value(match[1], match[2], path):
            raise BadInput(f"{path}:{at}: {match[1]} is to be {wrong}")
        head[match[1]] = words.fill(match[2], f"{path}:{at}")
    if missing := [field for field in _FIELDS if field not in head]:
        raise BadInput(f"{path}:{len(lines) + 1}: the head lacks {', '.join(missing)}")
    return head


def _is_field(name: str) -> bool:
    return name in (*_FIELDS, "off") or " " in name


def _check_slot_lines(
    path: Path, lines: Sequence[str], gap: int, head: Mapping[str, str], names: Sequence[str]
) -> None:
    """Raise BadInput for a slot without its default, and for a line without its slot."""
    for at, line in enumerate(lines[gap:], gap + 1):
        for name in _SLOT_PATTERN.findall(line):
            if f"slot {name}" not in head:
                right = f"'slot {name}: a sentence that is true everywhere'"
                raise BadInput(f"{path}:{at}: {{slot:{name}}} needs a line {right} in the head")
    for at, line in enumerate(lines[:gap], 1):
        field = line.split(":")[0]
        if " " in field and field.split()[1] not in names:
            name = field.split()[1]
            raise BadInput(f"{path}:{at}: the text has no {{slot:{name}}}; put it there, or take this line out")


def _expected_value(field: str, value: str, path: Path) -> str:
    """Return what the field should have been; nothing where it is right."""
    if field == "group" and (value not in TOPIC_GROUPS or value != path.parent.name):
        return f"its folder's name, one of {', '.join(TOPIC_GROUPS)}"
    if field == "order" and not (value.isascii() and value.isdigit()):
        return "a whole number"
    if field == "checked" and not _is_date(value):
        return "a date like 2026-11-21"
    if field == "source" and not all(map(_SOURCE_PATTERN.fullmatch, value.split("; "))):
        return f"{_SOURCE_IS}; 'general' is no source"
    return ""


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
