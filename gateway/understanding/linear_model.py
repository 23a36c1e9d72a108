"""A small linear model over features. Its weights are whole numbers in `model.json`, made by `training`."""

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from gateway.understanding.meaning import Meaning

SCALE: Final = 0.1
"""what one unit of a weight counts"""


class LinearModel:
    """Gives each label a likelihood. A label is a meaning, or a meaning and a kind, as `CLINIC.hurt`."""

    def __init__(self, labels: Sequence[str], weights: Mapping[str, Sequence[int]]) -> None:
        """`weights`: for each feature, pairs of a label's place and its weight, one after the other."""
        self._labels = tuple(labels)
        self._meanings = tuple(Meaning(label.partition(".")[0]) for label in labels)
        self._weights = {name: tuple(zip(row[::2], row[1::2], strict=True)) for name, row in weights.items()}

    def __contains__(self, feature: object) -> bool:
        return feature in self._weights

    def label_likelihoods(self, features: Mapping[str, float]) -> dict[str, float]:
        """Return the likelihood of each label. Together they are 1."""
        sums = [0.0] * len(self._labels)
        for name, value in features.items():
            for label, weight in self._weights.get(name, ()):
                sums[label] += value * weight
        highest = max(sums)
        powers = [math.exp((one - highest) * SCALE) for one in sums]
        total = math.fsum(powers)
        return {label: power / total for label, power in zip(self._labels, powers, strict=True)}

    def meaning_likelihoods(self, by_label: Mapping[str, float]) -> dict[Meaning, float]:
        """Return the likelihood of each meaning: that of its labels together."""
        found = dict.fromkeys(Meaning, 0.0)
        for meaning, likelihood in zip(self._meanings, by_label.values(), strict=True):
            found[meaning] += likelihood
        return found


@cache
def load_model() -> LinearModel:
    """Read the model that we ship."""
    read = json.loads(files("gateway.understanding").joinpath("model.json").read_text(encoding="utf-8"))
    return LinearModel(read["labels"], read["weights"])
