"""`mwavuli cards`: cards to print for callers, verifiers and nurses, in each language. Needs no key and no Redis."""

from functools import partial
from pathlib import Path

import click

import translations
from gateway.cards import caller, leaflet, nurse, small, verifier
from gateway.cards.paper import sheet
from gateway.cards.phone import Phone
from gateway.cli import common
from gateway.cli.checks.setup import find_revealing_word
from gateway.errors import BadInput
from gateway.settings import Settings

_MARGIN_MM = 8.0
"""mm of a sheet that many printers cannot reach"""


@click.command()
@click.option("--language", "codes", multiple=True, help="one offered language; may be given again (all of them)")
@click.option(
    "--to", "folder", default="cards", show_default=True, type=click.Path(file_okay=False, path_type=Path),
    help="a folder, made if it is not there",
)  # fmt: skip
def cards(codes: tuple[str, ...], folder: Path) -> None:
    """Write sheets of A4 to print and cut, as SVG: a caller's neutral card, a verifier's and a nurse's.

    Keys are those of this deployment's menus: print again when they change. No card holds a PIN or anybody's name.
    """
    values = common.load_settings()
    if find_revealing_word(values.name):
        raise BadInput("MWAVULI_NAME gives away what this is to whoever finds a card: choose a neutral name first")
    offered = translations.load(values.languages, values.content_dir, for_paper=True)
    unknown = [code for code in codes if code not in offered.codes]
    if unknown:
        raise BadInput(f"--language is one of {', '.join(offered.codes)}")
    for name, content in draw_sheets(values, offered, codes or offered.codes).items():
        click.echo(str(_write_sheet(folder, name, content)))


def draw_sheets(values: Settings, offered: translations.Languages, codes: tuple[str, ...]) -> dict[str, str]:
    """Every file's name and content. All of them are drawn before one is written."""
    found = {}
    for code in dict.fromkeys(codes):
        phone = Phone(values, offered, code)
        carried = caller.card(phone)
        found[f"{code}-caller.svg"] = sheet(code, carried.name, 2, 3, _MARGIN_MM, partial(small.draw, carried))
        for role, card in (("verifier", verifier.card(phone)), ("nurse", nurse.card(phone))):
            found[f"{code}-{role}.svg"] = sheet(code, card.title, 1, 2, _MARGIN_MM, partial(leaflet.draw, card))
    return found


def _write_sheet(folder: Path, name: str, content: str) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"--to: cannot write into {folder} ({error.strerror})") from None
    return folder / name
