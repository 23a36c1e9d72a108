"""Every conversation in `tests/transcripts/`, key by key. The session is packed and unpacked between two lines."""

from pathlib import Path

import pytest

from tests.harness.town import Town
from tests.harness.transcript import Transcript, settings_in

FILES = sorted((Path(__file__).parents[1] / "transcripts").glob("*.txt"))


@pytest.fixture
def environ(environ: dict[str, str], path: Path) -> dict[str, str]:
    return environ | settings_in(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversation(path: Path, town: Town) -> None:
    Transcript(path, town).play()
