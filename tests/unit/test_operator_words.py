"""Words for operators that are true: numbers, and codes of languages."""

import re

import pytest

from gateway.errors import BadInput
from gateway.numbers import Number
from translations.catalog import read_catalog
from translations.languages import TRANSLATIONS_DIR


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("98765", "has 7 to 15 digits, as 0712 123456"),
        ("1" * 20, "has 7 to 15 digits"),
        ("Vera", "has digits only, perhaps a \\+ in front, as 0712 123456"),
        ("0712x45678", "has digits only"),
        ("+0712345678", "write it with its country code, or as 0712 123456|no phone in KE"),
        ("0712345", "no phone in KE has such a number"),
    ],
)
def test_what_is_said_of_a_number_is_true(typed: str, wanted: str) -> None:
    with pytest.raises(BadInput, match=wanted) as caught:
        Number.parse_typed(typed)
    assert typed not in str(caught.value)


@pytest.mark.parametrize(
    ("region", "example"), [("TH", "081 234 5678"), ("UA", "050 123 4567"), ("IN", "081234 56789")]
)
def test_the_example_is_of_the_region(region: str, example: str) -> None:
    with pytest.raises(BadInput) as caught:
        Number.parse_typed("Vera", region)
    assert example in str(caught.value)
    assert "254" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("zh_CN", r"right would be zh_Hans \(Chinese \(Simplified\)\)$"),
        ("en_GB", r"right would be en \(English\)$"),
        ("tlh", r"right are en \(English\), es \(Spanish\), .*, or one made with `mwavuli language tlh`"),
    ],
)
def test_a_language_is_offered_in_words(code: str, wanted: str) -> None:
    with pytest.raises(BadInput, match=wanted) as caught:
        read_catalog(code, [TRANSLATIONS_DIR])
    assert f"{code} has no catalog" in str(caught.value)
    assert not re.search(r"\.po|site-packages|/", str(caught.value))
