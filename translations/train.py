"""`python -m translations.train` trains the model that reads texts, from `<language>/training.toml` of all languages.

A maintainer runs it after a change of `phrases.toml` or `training.toml`. The same files give the same bytes everywhere.
An edit of words alone needs no training: new words stand for concepts that the model knows.
"""

import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from gateway import understanding
from gateway.understanding.fold import PLACE
from gateway.understanding.linear_model import LinearModel
from gateway.understanding.text_reader import TextReader
from gateway.understanding.training import Example, train
from translations.languages import TRANSLATIONS_DIR, shipped_codes
from translations.phrases import read_phrases

TEXTS_FILE: Final = "training.toml"
MODEL_FILE: Final = Path(understanding.__file__).with_name("model.json")
PLACE_IN_TEXTS: Final = "{place}"


def read_training_texts(code: str) -> Mapping[str, list[str]]:
    """Return the texts of one language by label: a meaning, or a meaning and a kind, as `CLINIC.hurt`."""
    path = TRANSLATIONS_DIR / code / TEXTS_FILE
    read: Mapping[str, list[str]] = tomllib.loads(path.read_text("utf-8"))
    return read


def read_examples(reader: TextReader) -> list[Example]:
    """Return the label and the features of each text, in the order of languages and files."""
    return [
        (label, reader.features(text.replace(PLACE_IN_TEXTS, PLACE), code))
        for code in shipped_codes()
        for label, texts in read_training_texts(code).items()
        for text in texts
    ]


def format_model(labels: Sequence[str], weights: Mapping[str, Sequence[int]]) -> str:
    """Return the model as JSON with one feature a line, so that a change can be read."""
    rows = (f"{json.dumps(name, ensure_ascii=False)}:{_compact(row)}" for name, row in weights.items())
    return f'{{"labels":{_compact(labels)},\n"weights":{{\n' + ",\n".join(rows) + "\n}}\n"


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def main() -> None:
    reader = TextReader(
        [read_phrases(code, [TRANSLATIONS_DIR]).for_reader(code) for code in shipped_codes()], LinearModel([], {})
    )
    labels, weights = train(
        read_examples(reader), lambda epoch, right: sys.stderr.write(f"epoch {epoch}: {right:.1%} guessed\n")
    )
    MODEL_FILE.write_text(format_model(labels, weights), encoding="utf-8")
    sys.stderr.write(f"{MODEL_FILE.name}: {len(weights)} features, {MODEL_FILE.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main()
