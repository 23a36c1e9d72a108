"""Words that differ by country within one language, in `<language>/country_words.toml`:

    [press]
    default = "oprime"
    ES = "pulsa"

A translation or a topic says `{word:press}`, or `{word:Press}` where a sentence begins. The word of the deployment's
country (ISO 3166) stands there once the text is loaded, and the default in all other countries.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gateway.errors import BadInput

FILE_NAME: Final = "country_words.toml"
DEFAULT: Final = "default"
_WORD_PATTERN: Final = re.compile(r"\{word:([^{}]*)\}")
_NAME_PATTERN: Final = re.compile(r"[a-z][a-z0-9_]*")
_COUNTRY_PATTERN: Final = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class CountryWords:
    """One language's words of one country, by name."""

    words: Mapping[str, str] = field(default_factory=dict)

    def fill(self, text: str, where: str) -> str:
        """Return the text with its words. Raises BadInput, which begins with `where`, for an unknown name."""
        return _WORD_PATTERN.sub(lambda found: self._find(found[1], where), text)

    def _find(self, name: str, where: str) -> str:
        word = self.words.get(name[:1].lower() + name[1:])
        if word is None:
            known = ", ".join(sorted(self.words)) or f"none, its language has no {FILE_NAME}"
            raise BadInput(f"{where}: there is no {{word:{name}}}; there are {known}")
        return word[:1].upper() + word[1:] if name[:1].isupper() else word


def read_country_words(lang: str, folders: Sequence[Path], country: str) -> CountryWords:
    """Return the language's words for the country; a word in a later folder wins. Raises BadInput with the file."""
    words: dict[str, str] = {}
    for folder in folders:
        path = folder / lang / FILE_NAME
        if path.is_file():
            words |= {name: forms.get(country, forms[DEFAULT]) for name, forms in read_forms(path).items()}
    return CountryWords(words)


def read_forms(path: Path) -> dict[str, dict[str, str]]:
    """Return each word's forms: the default, and one for each country that has its own."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: {error}") from None
    for name, forms in tables.items():
        if not _NAME_PATTERN.fullmatch(name):
            raise BadInput(f"{path}: [{name}] is to be a name of small letters, digits and _")
        if not isinstance(forms, dict) or not _are_forms(forms):
            raise BadInput(f'{path}: [{name}] is to have a line default = "word", and lines like KE = "word"')
    return tables


def _are_forms(forms: Mapping[str, object]) -> bool:
    countries = set(forms) - {DEFAULT}
    return (
        DEFAULT in forms
        and all(map(_COUNTRY_PATTERN.fullmatch, countries))
        and all(isinstance(word, str) and word and "{" not in word for word in forms.values())
    )
