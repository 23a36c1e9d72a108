"""What the model sees of a text: its concepts, alone, in pairs and in order, and its words where training met them."""

from collections.abc import Container, Iterator, Sequence
from typing import Final

from gateway.understanding.concepts import UNTRAINED
from gateway.understanding.tagging import TaggedText

_PAIR, _COUNT, _WORD = 0.7, 0.5, 0.15
_MAX_PAIRED: Final = 9
"""with more concepts than that, only neighbours make pairs"""
_START, _END = "^", "$"


def text_features(text: TaggedText, known: Container[str] | None = None) -> dict[str, float]:
    """Return the weight of each feature. Those of concepts have length 1 together. `known`: the model's words."""
    found = _concept_features(text)
    length = sum(value * value for value in found.values()) ** 0.5
    weighed = {name: value / length for name, value in found.items()}
    for name in _word_features(text.words):
        if known is None or name in known:
            weighed[name] = _WORD
    return weighed


def _concept_features(text: TaggedText) -> dict[str, float]:
    seen = [[concept for concept in tag.concepts if concept not in UNTRAINED] for tag in text.tags]
    concepts = sorted({concept for some in seen for concept in some})
    found = {f"c:{concept}": 1.0 for concept in concepts}
    if len(concepts) <= _MAX_PAIRED:
        for at, one in enumerate(concepts):
            for other in concepts[at + 1 :]:
                found[f"c:{one}&{other}"] = _PAIR
    before = [_START]
    for some in seen:
        for one in before:
            for other in some:
                found[f"c:{one}>{other}"] = _PAIR
        before = some
    for one in before:
        found[f"c:{one}>{_END}"] = _PAIR
    found[f"c:#unknown{min(text.unknown_words, 4)}"] = _COUNT
    found[f"c:#known{min(len(text.tags), 6)}"] = _COUNT
    return found


def _word_features(words: Sequence[str]) -> Iterator[str]:
    before = _START
    for word in words:
        yield f"={word}"
        yield f"{before} {word}"
        before = word
    yield f"{before} {_END}"
