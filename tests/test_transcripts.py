"""Every conversation in `tests/transcripts/`, key by key. The session goes through bytes between every two lines."""

from pathlib import Path

import pytest

from tests.town import Town
from tests.transcript import Transcript

FILES = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversation(path: Path, town: Town) -> None:
    Transcript(path, town).play()
