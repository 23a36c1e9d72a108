"""`mwavuli words`: how a text is read and why, and what is wrong with the lists of words."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import click

from gateway.cli import common
from gateway.content import build_lexicon, languages_loader
from gateway.content_gates.language_texts import read_language_texts
from gateway.content_gates.phrase_books import find_phrase_faults
from gateway.errors import BadInput, MwavuliError
from gateway.model.area import Area, Atlas
from gateway.store.text_counts import MIN_SHOWN
from gateway.understanding.fold import fold
from gateway.understanding.meaning import Reading
from menus.sms.lexicon import Lexicon
from menus.sms.questions import HOUSE_OPTIONS
from translations import Languages
from translations.languages import shipped_codes

_PLACE_ID: Final = "named"


@click.group()
def words() -> None:
    """The words that people text: `translations/LANG/phrases.toml`, and the organisation's own."""


@words.command("try")
@click.argument("lang")
@click.argument("texts", nargs=-1, required=True)
@click.option("--place", "places", multiple=True, help="a name that counts as a place, besides the imported areas")
@click.option("--running", is_flag=True, help="as if a call for help of this phone were open")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a text, for programs")
def try_texts(lang: str, texts: Sequence[str], places: Sequence[str], running: bool, as_json: bool) -> None:
    """Show how a text from a phone of the language LANG is read, and why. Nothing is sent or kept."""
    languages = _load_languages()
    lexicon, atlas = build_lexicon(languages), _read_atlas(places)
    _check_language(lang, languages)
    for text in texts:
        reading = lexicon.read(text, lang, atlas, running)
        shown = _describe(reading, lexicon, lang, atlas)
        click.echo(json.dumps(shown, ensure_ascii=False) if as_json else _format(text, shown))


@words.command("check")
@click.argument("langs", nargs=-1)
def check_words(langs: Sequence[str]) -> None:
    """Read all examples of the languages LANGS, or of all, and find phrases that two meanings claim, labels that are
    too long, and words that give away."""
    languages = _load_languages()
    codes = langs or languages.codes
    for code in codes:
        _check_language(code, languages)
    content_dir = common.load_settings().content_dir
    found = [one for code in codes for one in find_phrase_faults(read_language_texts(code, languages, content_dir))]
    for fault in found:
        click.echo(str(fault))
    if found:
        raise click.exceptions.Exit(1)
    click.echo(f"{', '.join(codes)}: all examples are read as they are meant")


@words.command("counts")
def show_counts() -> None:
    """Show how texts were answered in the last one to two months, by language. Small counts are hidden."""
    rows = common.load_deployment().store.text_counts.table()
    for (lang, how, read_as), count in rows:
        click.echo(f"{count:7}  {lang:8} {how:7} {read_as}")
    if not rows:
        click.echo(f"nothing was counted {MIN_SHOWN} times yet")


@words.command("asked")
@click.argument("lang")
@click.argument("word")
def ask_word(lang: str, word: str) -> None:
    """Say how often WORD, which no list has, came in texts of the language LANG. Words are not kept, only counts."""
    folded = fold(word)
    count = common.load_deployment().store.text_counts.count_word(lang, folded)
    click.echo(str(count) if count else f"fewer than {MIN_SHOWN}")


def _load_languages() -> Languages:
    settings = common.load_settings()
    codes = dict.fromkeys((*settings.languages, *shipped_codes()))
    return languages_loader(settings)(list(codes), settings.content_dir)


def _check_language(lang: str, languages: Languages) -> None:
    if lang not in languages.codes:
        raise BadInput(f"there is no language {lang}; there are {', '.join(languages.codes)}")


def _read_atlas(places: Iterable[str]) -> Atlas:
    """Return the imported areas, where the store can be read, and the places named at the command line."""
    named = [Area(f"{_PLACE_ID}{n}", (name,)) for n, name in enumerate(places)]
    try:
        imported: Iterable[Area] = common.load_deployment().store.read_world().atlas
    except MwavuliError:
        click.echo("without the imported areas, which only a running store can tell", err=True)
        imported = ()
    return Atlas([*imported, *named])


def _describe(reading: Reading, lexicon: Lexicon, lang: str, atlas: Atlas) -> dict[str, object]:
    options = reading.options or (() if reading.meaning else HOUSE_OPTIONS)
    found = ([area.full_name for id_ in ids if (area := atlas.get(id_))] for ids in reading.areas)
    return {
        "acts": reading.meaning or "",
        "kind": reading.kind,
        "asks": [*options],
        "labels": [lexicon.label(lang, option) for option in options],
        "offers_sos": reading.offers_sos,
        "places": [" or ".join(names) for names in found],
        "unknown_place": reading.unknown_place,
        "language": reading.lang,
        "concepts": ["/".join(some) for some in reading.concepts],
        "likelihoods": {meaning: round(likelihood, 2) for meaning, likelihood in reading.likelihoods},
        "reason": reading.reason,
    }


def _format(text: str, shown: Mapping[str, object]) -> str:
    """Return the reading in a few lines for a person."""
    lines = [text]
    acts, kind = shown["acts"], shown["kind"]
    if acts:
        lines.append(f"  acts as {acts}{f', {kind}' if kind else ''}: {shown['reason']}")
    else:
        lines.append(f"  asks, {shown['reason']}: " + ", ".join(map(str, _listed(shown["labels"]))))
    for title in ("places", "unknown_place", "language", "concepts"):
        if value := shown[title]:
            listed = value if isinstance(value, str) else ", ".join(_listed(value))
            lines.append(f"  {title.replace('_', ' ')}: {listed}")
    guesses = shown["likelihoods"]
    if isinstance(guesses, dict) and guesses:
        lines.append("  guesses: " + ", ".join(f"{meaning} {likelihood}" for meaning, likelihood in guesses.items()))
    return "\n".join(lines)


def _listed(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
