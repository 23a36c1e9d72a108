"""Trains the model: multinomial logistic regression in plain Python.

The texts come in a fixed order, and only operations are used that every machine rounds alike: additions, products and
quotients. So the same texts give the same bytes everywhere.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from gateway.understanding.linear_model import SCALE

EPOCHS: Final = 12
FIRST_RATE: Final = 4.0
RATE_DECAY: Final = 0.25
WEIGHT_DECAY: Final = 0.06
"""by which all weights shrink in each epoch"""
MIN_TEXTS: Final = 3
"""a word that fewer texts have is no feature"""
_MIN_ERROR: Final = 1e-3
_SEED: Final = 14

Example = tuple[str, Mapping[str, float]]
"""a label, and the features of a text"""


def train(
    examples: Sequence[Example], progress: Callable[[int, float], object] | None = None
) -> tuple[list[str], dict[str, list[int]]]:
    """Return the labels and whole-number weights of a model of these examples, as `LinearModel` takes them.

    `progress` gets the number of each epoch from 1, and the share of examples whose label was guessed.
    """
    labels = sorted({label for label, _features in examples})
    place_of = {label: place for place, label in enumerate(labels)}
    kept = _kept_features(examples)
    rows = [(place_of[label], [(f, v) for f, v in features.items() if f in kept]) for label, features in examples]
    weights = {feature: [0.0] * len(labels) for feature in sorted(kept)}
    order = random.Random(_SEED)  # noqa: S311  no secret: the same order each time
    for epoch in range(EPOCHS):
        order.shuffle(rows)
        rate = FIRST_RATE / (1 + RATE_DECAY * epoch)
        right = sum(_learn(wanted, features, weights, rate) for wanted, features in rows)
        for feature, row in weights.items():
            weights[feature] = [weight * (1 - WEIGHT_DECAY) for weight in row]
        if progress:
            progress(epoch + 1, right / len(rows))
    return labels, {feature: whole for feature, row in weights.items() if (whole := _round(row))}


def _kept_features(examples: Sequence[Example]) -> set[str]:
    counts = Counter(feature for _label, features in examples for feature in features)
    return {feature for feature, count in counts.items() if count >= MIN_TEXTS or feature.startswith("c:")}


def _learn(wanted: int, features: Sequence[tuple[str, float]], weights: Mapping[str, list[float]], rate: float) -> bool:
    """Move the weights towards the wanted label. Return whether it was the likeliest one already."""
    sums = [0.0] * len(next(iter(weights.values())))
    for feature, value in features:
        sums = [total + value * weight for total, weight in zip(sums, weights[feature], strict=True)]
    likelihoods = _softmax(sums)
    errors = [(place, (place == wanted) - likelihood) for place, likelihood in enumerate(likelihoods)]
    large = [(place, rate * error) for place, error in errors if abs(error) >= _MIN_ERROR]
    for feature, value in features:
        row = weights[feature]
        for place, step in large:
            row[place] += step * value
    return max(sums) == sums[wanted]


def _softmax(sums: Sequence[float]) -> list[float]:
    highest, total = max(sums), 0.0
    powers = [_exp(one - highest) for one in sums]
    for power in powers:
        total += power
    return [power / total for power in powers]


def _exp(power: float) -> float:
    """Return e to a power of 0 or less. `math.exp` may differ in the last digit between machines."""
    if power < -30:
        return 0.0
    small, term, total = power / 1024, 1.0, 1.0
    for n in range(1, 8):
        term = term * small / n
        total += term
    for _doubling in range(10):
        total *= total
    return total


def _round(row: Sequence[float]) -> list[int]:
    """Return the weights that are not 0 as whole numbers, each behind its label's place."""
    whole = [(place, round(weight / SCALE)) for place, weight in enumerate(row)]
    return [number for pair in whole if pair[1] for number in pair]
