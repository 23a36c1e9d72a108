"""Gate: each number in the data of needs is said in every language, by a screen or a topic."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from gateway.content_gates.finding import ContentFinding, ContentFindings
from gateway.content_gates.language_texts import LanguageTexts


def find_unsaid_figures(texts: LanguageTexts) -> ContentFindings:
    said = [form for sentence in texts.sentences for form in sentence.forms]
    said += [topic.body for topic in texts.topics]
    found = {number for text in said for number in re.findall(r"\d+", text)}
    for name, figure in needs_figures().items():
        if str(figure) not in found:
            yield ContentFinding(
                texts.code,
                f"needs.toml, {name} = {figure}",
                "no screen and no topic says this number",
                "say it where the reader decides, or take it out of the data",
            )


@cache
def needs_figures() -> dict[str, int]:
    """Return the numbers of `needs.toml` by their place, such as `hurt.within_hours`."""
    return dict(_figures(tomllib.loads(files("gateway.model").joinpath("needs.toml").read_text("utf-8")), ""))


def _figures(table: Mapping[str, Any], place: str) -> Iterator[tuple[str, int]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _figures(value, f"{place}{name}.")
        elif isinstance(value, int) and not isinstance(value, bool):
            yield f"{place}{name}", value
