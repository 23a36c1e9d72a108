"""Make the printable page of one language: A4 sheets with copies of each card. The browser lays them out."""

from collections.abc import Iterable
from html import escape
from importlib.resources import files
from string import Template
from typing import Final

from gateway.cards import caller, nurse, verifier
from gateway.cards.content import Key, Leaflet, Line, Sample, Section, Small
from gateway.cards.phone import Phone

_SMALL_COPIES: Final = 6
_LEAFLET_COPIES: Final = 2
"""what an A4 sheet takes"""
_LONG_KEY_CHARS: Final = 8
"""characters; the name of a longer key or text stands below it"""


def build_page(phone: Phone) -> str:
    """Return an HTML page that needs no other file and no network: callers' cards, verifiers', then nurses'."""
    sheets = (
        _sheet("small caller", _small(caller.card(phone)), _SMALL_COPIES),
        _sheet("leaflet verifier", _leaflet(verifier.card(phone)), _LEAFLET_COPIES),
        _sheet("leaflet nurse", _leaflet(nurse.card(phone)), _LEAFLET_COPIES),
    )
    page = Template(files("gateway.cards").joinpath("page.html").read_text(encoding="utf-8"))
    language, title = phone.code.replace("_", "-"), escape(phone.settings.name)
    return page.substitute(language=language, title=title, sheets="\n".join(sheets))


def _sheet(kind: str, card: str, copies: int) -> str:
    return f'<section class="sheet {kind}">\n{_joined([card] * copies)}\n</section>'


def _small(card: Small) -> str:
    keys = _joined(
        f'<p class="key">{_kbd(key.key)}<svg><use href="#{key.picture}"/></svg><b>{escape(key.label)}</b></p>'
        for key in card.keys
    )
    lines = _joined(f"<p>{escape(line)}</p>" for line in card.lines)
    dial = f'<b class="dial" style="--chars: {len(card.dial)}">{escape(card.dial)}</b>'
    head = f"<h1>{escape(card.name)}</h1>\n{dial}"
    return f'<article class="card">\n{head}\n<div class="keys">\n{keys}\n</div>\n{lines}\n</article>'


def _leaflet(card: Leaflet) -> str:
    head = f'<header><h1>{escape(card.title)}</h1><b class="dial">{escape(card.dial)}</b></header>'
    columns = _joined(map(_column, (card.left, card.right)))
    return f'<article class="card">\n{head}\n<div class="columns">\n{columns}\n</div>\n</article>'


def _column(sections: Iterable[Section]) -> str:
    return f'<div class="column">\n{_joined(map(_section, sections))}\n</div>'


def _section(section: Section) -> str:
    return f"<section>\n<h2>{escape(section.heading)}</h2>\n{_joined(map(_line, section.lines))}\n</section>"


def _line(line: Line) -> str:
    if isinstance(line, Key):
        note = f"<i>{escape(line.note)}</i>" if line.note else ""
        return f'<p class="key">{_kbd(line.key)}<span><b>{escape(line.label)}</b>{note}</span></p>'
    if isinstance(line, Sample):
        return f'<p class="sample">{escape(line.text)}</p>'
    return f'<p class="item">{escape(line)}</p>'


def _kbd(key: str) -> str:
    """What to press or send, white on dark; nothing where nothing is pressed."""
    long = ' class="long"' if len(key) > _LONG_KEY_CHARS else ""
    return f"<kbd{long}>{escape(key)}</kbd>" if key else ""


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(parts)
