"""Slots in rights topics for this country's law, filled in by the organisation and its lawyer.

`slots.toml` in the content directory has one table a slot, one line a language:

    [custody_hours]
    en = "Police must bring you to court within 24 hours."
    sw = "..."
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from gateway.errors import BadInput

Slots = Mapping[str, Mapping[str, str]]
"""slot -> language code -> the organisation's words."""


def read_slots(content_dir: Path | None) -> Slots:
    """Read the filled slots; none where there is no file. Raises BadInput that names the file and the slot."""
    path = content_dir / "slots.toml" if content_dir else None
    if path is None or not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: {error}") from None
    for slot, words in tables.items():
        if not isinstance(words, dict) or not all(isinstance(text, str) for text in words.values()):
            raise BadInput(f'{path}: slot {slot} is to be a table [{slot}] with lines like en = "words"')
    return tables
