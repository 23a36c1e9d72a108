"""What an organisation's own words bring: the findings in its folder that our words alone do not have."""

from collections.abc import Callable, Sequence
from pathlib import Path

from gateway.content_gates.finding import ContentFindings
from gateway.content_gates.gates import find_problems
from gateway.content_gates.language_texts import read_language_texts
from gateway.errors import BadInput
from translations import Languages

Load = Callable[[Sequence[str], Path | None], Languages]
"""reads languages with the organisation's folder, or without one"""


def find_own_problems(code: str, languages: Languages, content_dir: Path, load: Load) -> ContentFindings:
    """Yield what the gates find in the organisation's words of one language. `languages`: loaded with its folder.

    Raises BadInput that names a file with an error.
    """
    shipped = set(_find_shipped_problems(code, languages.codes, load))
    for finding in find_problems(read_language_texts(code, languages, content_dir)):
        if finding not in shipped:
            yield finding


def _find_shipped_problems(code: str, codes: Sequence[str], load: Load) -> ContentFindings:
    """Yield what the gates find in our words; nothing where the language is the organisation's own."""
    try:
        ours = load([code, *(other for other in codes if other != code)], None)
    except BadInput:
        return
    yield from find_problems(read_language_texts(code, ours))
