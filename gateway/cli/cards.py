"""`mwavuli cards`: cards to print for callers, verifiers and nurses, in each language. Needs no key and no Redis."""

from pathlib import Path

import click

import translations
from gateway.cards.page import build_page
from gateway.cards.phone import Phone
from gateway.cli import common
from gateway.cli.checks.setup import find_revealing_word
from gateway.content import load_languages
from gateway.errors import BadInput
from gateway.os_errors import describe_os_error
from gateway.settings import Settings


@click.command()
@click.option("--language", "codes", multiple=True, help="one offered language; may be given again (all of them)")
@click.option(
    "--to", "folder", default="cards", show_default=True, type=click.Path(file_okay=False, path_type=Path),
    help="a folder, made if it is not there",
)  # fmt: skip
def cards(codes: tuple[str, ...], folder: Path) -> None:
    """Write one HTML page for each language, to print on A4 from a browser and to cut along the dashed lines.

    A page has a sheet of neutral cards for callers, one of cards for verifiers and one of cards for nurses. The keys
    are the keys of this deployment's menus: print the cards again when the menus change. No card has a PIN or a name.
    """
    values = common.load_settings()
    if find_revealing_word(values.name):
        raise BadInput("MWAVULI_NAME reveals the purpose to anyone who finds a card: choose a neutral name first")
    offered = load_languages(values, for_paper=True)
    unknown = [code for code in codes if code not in offered.codes]
    if unknown:
        raise BadInput(f"--language is one of {', '.join(offered.codes)}")
    for name, content in build_pages(values, offered, codes or offered.codes).items():
        click.echo(str(_write_page(folder, name, content)))


def build_pages(values: Settings, offered: translations.Languages, codes: tuple[str, ...]) -> dict[str, str]:
    """Return each file's name and content. All pages are made before the first is written."""
    return {f"cards-{code}.html": build_page(Phone(values, offered, code)) for code in dict.fromkeys(codes)}


def _write_page(folder: Path, name: str, content: str) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"--to: cannot write into {folder}: {describe_os_error(error)}") from None
    return folder / name
