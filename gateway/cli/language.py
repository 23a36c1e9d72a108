"""`mwavuli language`: a new language, one brought up to date, a reader's sheet, and new words for running processes."""

import re
from pathlib import Path
from typing import Final

import click

from gateway.cli import common
from gateway.cli.sheet import read_review_sheet, write_review_sheet
from gateway.content_gates.content_folder import open_content_folder
from gateway.errors import BadInput
from gateway.os_errors import describe_os_error
from gateway.store.cached_table import bump_version_command
from gateway.store.world_cache import CONTENT_NAME
from translations.catalog import catalog_path
from translations.phrase_drafts import write_missing_phrases
from translations.topic_drafts import write_missing_topics
from translations.update import TranslationCount, write_catalog

_CODE_PATTERN: Final = re.compile(r"[a-z]{2,3}(_[A-Z][a-z]{3})?")
_NAME_PATTERN: Final = re.compile(r"[A-Za-z]+([ '-][A-Za-z]+)*")
_MAX_NAME_CHARS: Final = 20
_FILE: Final = click.Path(dir_okay=False, path_type=Path)
_READERS_TASK: Final = "A reader writes into the last two columns only; an empty cell changes nothing."
_NEXT_STEPS: Final = """\
Then:
  1. Fill in LC_MESSAGES/messages.po with any editor for gettext catalogs, or as text. Its first lines say how.
  2. Each topics/*/*.txt.todo is read by nobody yet: translate it, delete its lines with #, rename it to .txt.
  3. phrases.toml.todo holds what people text: put the language's words there, rename it to phrases.toml, and run
     `mwavuli words check {code}`.
  4. Add {code} to MWAVULI_LANGUAGES, run `mwavuli check`, restart.
     Later changes of words need no restart: run `mwavuli check`, then `mwavuli language --publish`.
What is still empty is said as before: in English, or in our own translation where we ship one.
Run this command again at any time: nothing that you wrote gets lost."""


@click.command()
@click.argument("code", required=False)
@click.option("--name", help="what its speakers call it, in plain letters (a new language needs it)")
@click.option(
    "--to", "folder", envvar="MWAVULI_CONTENT_DIR", type=click.Path(file_okay=False, path_type=Path),
    help="the folder of your languages (default: MWAVULI_CONTENT_DIR)",
)  # fmt: skip
@click.option("--publish", is_flag=True, help="have all running processes read catalogs and content anew")
@click.option("--sheet", type=_FILE, help="write a spreadsheet (.xlsx, .csv) with all strings, for a reader")
@click.option("--from-sheet", type=_FILE, help="bring back the texts and remarks that the reader wrote into the sheet")
@click.option(
    "--country", envvar="MWAVULI_REGION", default="", help="whose words the sheet shows (default: MWAVULI_REGION)"
)
def language(
    code: str | None,
    name: str | None,
    folder: Path | None,
    publish: bool,
    sheet: Path | None,
    from_sheet: Path | None,
    country: str,
) -> None:
    """Begin the language CODE (luo, zh_Hans), or add to it what is new: all that is to translate, and its room."""
    if code is None and (sheet or from_sheet or not publish):
        raise BadInput("say which language, as in `mwavuli language luo`, or --publish alone")
    if sheet and from_sheet:
        raise BadInput("--sheet writes a sheet and --from-sheet reads one: give one of them")
    if sheet and code:
        click.echo(f"{sheet}: {write_review_sheet(code, folder, country, sheet)} strings. {_READERS_TASK}")
    elif from_sheet and code:
        _read_sheet(code, folder, from_sheet)
    elif code is not None:
        _update_language(code, name, folder)
    if publish:
        publish_content()


def _read_sheet(code: str, folder: Path | None, sheet: Path) -> None:
    if folder is None:
        raise BadInput("say whose catalog the sheet changes: --to FOLDER, or set MWAVULI_CONTENT_DIR")
    texts, remarks = read_review_sheet(code, folder, sheet)
    click.echo(f"{folder / catalog_path(code)}: {texts} texts changed, {remarks} remarks added as comments")


def publish_content() -> None:
    """Read the content as the processes will, then change its version. Raises BadInput where they would refuse it."""
    store = common.load_deployment().store
    store.transact(lambda _world, change, _now: change.write(*bump_version_command(CONTENT_NAME)))
    click.echo("Published. Each process shows the new words within a few turns; one that finds an error logs an alarm.")


def _update_language(code: str, name: str | None, folder: Path | None) -> None:
    """Write the catalog and the drafts of topics, and say how much is left to do."""
    if folder is None:
        raise BadInput("say where the language is to go: --to FOLDER, or set MWAVULI_CONTENT_DIR")
    if not _CODE_PATTERN.fullmatch(code):
        raise BadInput("a language's code is two or three small letters, with a script where need be: luo, zh_Hans")
    if name is not None and (not _NAME_PATTERN.fullmatch(name) or len(name) > _MAX_NAME_CHARS):
        raise BadInput(f"a language's name is at most {_MAX_NAME_CHARS} letters that every phone shows, from A to Z")
    try:
        strings, topics = write_catalog(code, name, folder), write_missing_topics(code, folder)
        write_missing_phrases(code, folder)
    except OSError as error:
        raise BadInput(f"cannot write in {folder}: {describe_os_error(error)}") from None
    click.echo(f"{folder / catalog_path(code)}: {_format_count(strings, 'strings')}")
    click.echo(f"{folder / code / 'topics'}: {_format_count(topics, 'topics')}")
    _print_findings(code, folder)
    click.echo(_NEXT_STEPS.format(code=code))


def _print_findings(code: str, folder: Path) -> None:
    """Print what the gates find in the folder's words of this language, and which of its files are broken."""
    with open_content_folder((code,), folder) as content:
        lines = [*content.broken, *map(str, content.problems(code))]
    if lines:
        click.echo("To mend:")
    for line in lines:
        click.echo(f"  {line}")


def _format_count(count: TranslationCount, unit: str) -> str:
    return f"{count.total} {unit}, {count.translated} translated, {count.total - count.translated} to do"
